"""The admin's theme works under the policy that it is given: the browser refuses nothing, and nothing comes from elsewhere."""

import pytest

from orders.models import User

PASSWORD = "a-long-enough-password"


@pytest.fixture
def administrator(transactional_db):
    return User.objects.create_superuser("boss", password=PASSWORD)


def test_the_admin_opens_without_a_complaint_of_the_browser(page, administrator):
    page.goto("/admin/")
    page.fill("input[name=username]", "boss")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/admin/")
    for address in ("/admin/", "/admin/password_change/"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
