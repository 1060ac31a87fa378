"""Whether this process lives, and whether it can work."""

from __future__ import annotations

import datetime as dt
import logging
from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from orders.clock import wall_clock

log = logging.getLogger(__name__)
# Beyond it the journal takes no deed of a person (casework/migrations, casework_check_journal).
CLOCKS_DIFFER_AT_MOST = dt.timedelta(minutes=10)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; looks at nothing else."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, has every migration and about the same time, else 503. Redis is not asked: without it pages still work."""
    try:
        missing = _migrations() - _applied()
        apart = abs(_time_of_the_database() - wall_clock())
    except DatabaseError as error:
        log.warning("not ready: %s", type(error).__name__)
        return JsonResponse({"ready": False, "database": "unreachable"}, status=503)
    if missing:
        return JsonResponse({"ready": False, "migrations": "missing"}, status=503)
    if apart > CLOCKS_DIFFER_AT_MOST:
        log.warning("not ready: the clock of the database differs by %d s", apart.total_seconds())
        return JsonResponse({"ready": False, "clock": "differs"}, status=503)
    return JsonResponse({"ready": True})


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """The migrations that this code brings; the files do not change while it runs."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _applied() -> frozenset[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return frozenset((app, name) for app, name in cursor.fetchall())


def _time_of_the_database() -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: dt.datetime = cursor.fetchone()[0]
        return now
