"""What every answer carries: an id, a policy, no copy in caches; and the clock of the request."""

import datetime as dt
import json

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from config import middleware
from orders.clock import wall_clock

FACTORY = RequestFactory()


def answer(kind, request, response=None):
    return kind(lambda _: response or HttpResponse())(request)


def clock(given):
    """The answer, and the time that the view saw, to a caller who names a time."""
    seen = []
    response = middleware.RequestClock(lambda request: seen.append(request.now) or HttpResponse())(
        FACTORY.get("/", headers={"X-Test-Now": given})
    )
    return response, seen


def test_each_request_gets_an_id_of_its_own():
    first, second = (answer(middleware.RequestId, FACTORY.get("/"))["X-Request-ID"] for _ in range(2))
    assert first != second
    assert len(first) == 32


def test_a_harmless_id_of_the_caller_is_kept():
    assert answer(middleware.RequestId, FACTORY.get("/", headers={"X-Request-ID": "proxy-12345"}))["X-Request-ID"] == "proxy-12345"


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space in it", "line\nbreak-in-it", '{"json": "in it"}', "中文中文中文中文"])
def test_any_other_id_of_the_caller_is_replaced(given):
    request = FACTORY.get("/")
    request.META["HTTP_X_REQUEST_ID"] = given
    assert len(answer(middleware.RequestId, request)["X-Request-ID"]) == 32


def test_the_line_in_the_log_has_no_query(caplog):
    caplog.set_level("INFO")
    answer(middleware.RequestId, FACTORY.get("/orders/?q=13800000001"))
    assert [record.getMessage() for record in caplog.records] == ["GET /orders/"]


def test_health_checks_leave_no_line_in_the_log(caplog):
    caplog.set_level("INFO")
    answer(middleware.RequestId, FACTORY.get("/healthz"))
    assert caplog.records == []


def test_pages_may_load_our_own_files_only():
    policy = answer(middleware.ContentSecurityPolicy, FACTORY.get("/"))["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "data:" not in policy


def test_the_admin_may_compile_expressions_but_runs_no_script_of_the_page():
    policy = answer(middleware.ContentSecurityPolicy, FACTORY.get("/admin/"))["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval';" in policy
    assert "default-src 'self'" in policy


@pytest.mark.parametrize("path", ["/", "/api/v1/orders/", "/administration/"])
def test_what_people_see_is_kept_in_no_cache(path):
    assert answer(middleware.NeverStored, FACTORY.get(path))["Cache-Control"] == "no-store"


def test_a_view_may_say_itself_what_caches_do():
    response = HttpResponse(headers={"Cache-Control": "max-age=60"})
    assert answer(middleware.NeverStored, FACTORY.get("/"), response)["Cache-Control"] == "max-age=60"


def test_the_clock_cannot_be_set_by_callers(settings, monkeypatch):
    monkeypatch.setattr("config.middleware.wall_clock", wall_clock)
    settings.TEST_CLOCK = False
    before = timezone.now()
    _, (now,) = clock("2030-01-01T00:00:00+08:00")
    assert before <= now <= timezone.now()


def test_the_test_clock_sets_the_time_of_the_request(settings):
    settings.TEST_CLOCK = True
    _, (now,) = clock("2030-01-01T00:00:00+08:00")
    assert now == dt.datetime(2029, 12, 31, 16, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "given", ["tomorrow", "2030-01-01T00:00:00", "2030-02-31T00:00:00+08:00", "1", "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"]
)
def test_a_test_clock_that_cannot_be_read_is_refused(given, settings):
    settings.TEST_CLOCK = True
    response, seen = clock(given)
    assert response.status_code == 400
    assert json.loads(response.content)["field"] == "X-Test-Now"
    assert seen == []
