"""What pages cost that are open and hear nothing new: the share of one core that 200 of them take, web and database together.

    .venv/bin/python benchmarks/idle_pages.py [CASES]

As ratios to the cheapest page there is (/healthz) and to the list that a page would else renew. Works in a private data directory of its own
and removes it afterwards.
"""

from __future__ import annotations

import io
import os
import pathlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

CASES = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
PAGES, TIMES = 200, 400
IDLE, BUSY = 60, 15
ROOT = pathlib.Path(__file__).resolve().parent.parent

FILL = """
INSERT INTO casework_case (number, kind, shop_id, subject, subject_label, state, category, queue, owner_id, opened_at, changed_at, version)
    SELECT 'B-' || n, 'unreachable', (SELECT id FROM orders_shop), 'parcel:' || n, '', 'trying', 'customer', 'agents',
           CASE WHEN n %% 100 = 0 THEN (SELECT id FROM orders_user) END, %(now)s, %(now)s, 1
    FROM generate_series(1, %(cases)s) n;
INSERT INTO casework_journal (at, shop_id, case_id, object_type, object_id, step, from_state, to_state, actor_name, role, channel, facts, note, request_id)
    SELECT %(now)s, c.shop_id, c.id, 'case', c.id::text, 'note', 'trying', 'trying', %(name)s, '', 'command', '{}', '', ''
    FROM casework_case c CROSS JOIN generate_series(1, 5);
"""


def main() -> None:
    """Fill, ask the same question again and again, report."""
    import django

    django.setup()
    from django.db import connection

    from casework.models import Case
    from config.wsgi import application

    cookie = fill()
    case_id = Case.objects.filter(owner__isnull=False).values_list("pk", flat=True)[0]
    tag = ask(application, "/live/", f"case={case_id}&pace=60", cookie)["ETag"]

    def question() -> dict[str, str]:
        return ask(application, "/live/", f"case={case_id}&pace=60", cookie, tag)

    assert question()["status"].startswith("304")
    connection.ensure_connection()
    backend = connection.connection.get_backend_pid()
    web, database = cpu_of(question, backend)
    bare, _none = cpu_of(lambda: ask(application, "/healthz", "", cookie), backend)
    lists = sum(cpu_of(lambda: ask(application, "/cases/", "tab=mine", cookie), backend, TIMES // 20))
    each = web + database
    for pace in (IDLE, BUSY):
        sys.stdout.write(f"{PAGES} pages that ask every {pace} s: {PAGES / pace * each:.2%} of a core\n")
    sys.stdout.write(
        f"one question {each * 1000:.2f} ms (web {web * 1000:.2f}, database {database * 1000:.2f}), {each / bare:.1f} x /healthz; "
        f"the list {lists * 1000:.0f} ms, {lists / each:.0f} x the question; {CASES:,} cases, {CASES * 5:,} entries\n"
    )


def fill() -> str:
    """A shop with an agent who is logged in, cases, and a busy day in the journal; the cookie of the session."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connection

    from casework.actions.door import door
    from config.owner import acting_as_owner
    from orders.access import Actor
    from orders.clock import wall_clock
    from orders.models import Membership, Shop, User

    now, system = wall_clock(), Actor.system("command")
    user = User.objects.create_user("bench")
    Membership.objects.create(user=user, shop=Shop.objects.create(code="bench", name="bench"), role="agent")
    with door(system, now), connection.cursor() as cursor:
        cursor.execute(FILL, {"now": now, "cases": CASES, "name": system.name})
    # As autovacuum does within a minute; it is the owner's to do.
    with acting_as_owner(), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    session = SessionStore()
    session.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
    )
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def ask(application: Callable[..., Any], path: str, query: str, cookie: str, tag: str = "") -> dict[str, str]:
    """One request as a web server hands it over; status and headers of the answer."""
    found: dict[str, str] = {}

    def start(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
        found.update(dict(headers), status=status)

    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "HTTP_HOST": "localhost", "HTTP_COOKIE": cookie, "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
        **({"HTTP_IF_NONE_MATCH": tag} if tag else {}),
    }  # fmt: skip
    answer = application(environ, start)
    b"".join(answer)
    answer.close()
    return found


def cpu_of(work: Callable[[], object], backend: int, times: int = TIMES) -> tuple[float, float]:
    """Seconds of CPU of one call, in this process and in its process of the database."""
    work()
    web, database = time.process_time(), cpu_of_process(backend)
    for _ in range(times):
        work()
    return (time.process_time() - web) / times, (cpu_of_process(backend) - database) / times


def cpu_of_process(pid: int) -> float:
    """Seconds that a process has worked so far, to a hundredth."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def in_a_private_directory() -> None:
    """Run this file again with servers and data of its own."""
    sys.path.insert(0, str(ROOT))
    from config.devstack import private_servers

    with tempfile.TemporaryDirectory(prefix="bench-") as directory, private_servers(pathlib.Path(directory)):
        environment = os.environ | {"DATA_DIR": directory, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"], env=environment, check=True)
        subprocess.run([sys.executable, __file__, str(CASES)], env=environment, check=True)


if __name__ == "__main__":
    if os.environ.get("DJANGO_SETTINGS_MODULE"):
        main()
    else:
        in_a_private_directory()
