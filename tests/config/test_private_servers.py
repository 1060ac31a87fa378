"""The private servers are shared: the first user starts them, the last one stops them."""

import multiprocessing
import os
import signal
import tempfile
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from config.devstack import Servers, private_urls, socket_directory
from config.servers.process import wait_until


@pytest.fixture
def start():
    """Makes users of the servers under one directory; whatever they leave is stopped."""
    made = []
    data = Path(tempfile.mkdtemp(dir=settings.TEST_ROOT))
    data.chmod(0o711)

    def another(**options):
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
    with connect(servers, "casework_owner") as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)")
    connection.close()
    os.kill(int(servers.postgres.pid_file.read_text().split()[0]), signal.SIGKILL)
    assert wait_until(lambda: not servers.postgres.is_running(), 5)
    assert servers.revive()
    with connect(servers, "casework_owner") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM kept")
        assert cursor.fetchall() == [(7,)]
    connection.close()
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


def connect(servers, role):
    return psycopg2.connect(host=str(servers.sockets), user=role, dbname="casework")
