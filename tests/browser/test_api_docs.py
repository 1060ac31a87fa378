"""The API's page works under its own policy and from our own files: a refused style or a foreign address fails the test."""

import pytest


@pytest.mark.django_db(transaction=True)
def test_the_description_opens_without_a_complaint_of_the_browser(page):
    page.goto("/api/docs/")
    page.wait_for_selector("text=/api/v1/refunds/")
    page.click("#operations-refunds-refunds_create .opblock-summary-control")
    page.wait_for_selector("text=Idempotency-Key")
    page.wait_for_load_state("networkidle")
