"""The ground under every test: private servers, and two database roles as in production."""

import contextlib
import gc
import itertools
import os
import shutil
import signal
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.core.management.commands import flush
from django.db import connections
from django.utils import translation

from config.devstack import Servers, private_servers
from config.owner import WHO_AND_WHERE, acting_as_owner
from tests.browser.missing import MESSAGE
from tests.cluster import Kept

pytest_plugins = ["tests.cast"]


def pytest_configure(config):
    if hasattr(config, "workerinput"):
        return
    # `timeout` and a CI that loses patience send SIGTERM: clean up as after Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated", returncode=143))


def pytest_collection_finish(session):
    """What is loaded by now stays until the end; looking through it again and again took an eighth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def pytest_unconfigure(config):
    """The first process tidies up behind all workers, killed ones included."""
    if hasattr(config, "workerinput"):
        return
    root = Path(os.environ["DESK_TEST_ROOT"])
    for directory in root.iterdir() if root.exists() else ():
        Servers(directory).stop()
    shutil.rmtree(root, ignore_errors=True)


def pytest_collection_modifyitems(items):
    """Everything under tests/browser/ drives a browser."""
    for item in items:
        if "browser" in item.path.relative_to(settings.BASE_DIR).parts:
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter):
    """A browser test that did not run is said once more, where nobody overlooks it."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if MESSAGE in str(report.longrepr)]
    if skipped:
        terminalreporter.write_sep("!", f"{len(skipped)} BROWSER TESTS DID NOT RUN: {MESSAGE}", red=True, bold=True)


@pytest.fixture(autouse=True)
def language_of_the_house():
    """A page leaves its reader's language behind in this thread; every test begins in that of the house."""
    translation.deactivate()


@pytest.fixture(scope="session")
def kept_cluster(request):
    """The migrated cluster of an earlier run."""
    return Kept(request.config.cache.mkdir("cluster"))


@pytest.fixture(scope="session")
def servers(kept_cluster):
    """PostgreSQL and Redis of this worker; those of the environment where it names them."""
    kept_cluster.lend(Path(settings.DATA_DIR))
    with private_servers(settings.DATA_DIR, durable=False) as running:
        yield running


@pytest.fixture(scope="session")
def application_role(servers):
    """Who the application is, remembered before the owner takes the connection."""
    return {key: connections["default"].settings_dict[key] for key in WHO_AND_WHERE}


@pytest.fixture(scope="session")
def django_db_keepdb():
    """The private server goes with its directory, so nothing is dropped there while a last connection lingers."""
    return not os.environ.get("DATABASE_URL")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, application_role):
    """The test database is made, and dropped in the end, by the owner of the schema."""
    with acting_as_owner():
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, application_role, servers, kept_cluster):
    """Between its making and its end everything works as the application's role."""
    connection = connections["default"]
    owner = {key: connection.settings_dict[key] for key in WHO_AND_WHERE}
    connection.close()
    kept_cluster.keep(servers)
    connection.settings_dict.update(application_role)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", _restore_as_owner)
        with cursor_of(settings.DATABASE_OWNER) as cursor:
            # Times are compared as text, in the zone in which the application works.
            cursor.execute("SET TIME ZONE 'UTC'")
            cursor.execute(PRISTINE.read_text())
            # The desk makes the months around today; the stories stay where they are.
            cursor.execute("SELECT casework_ensure_partitions('2026-09-01', 6), logistics_ensure_partitions('2026-09-01', '2027-01-01')")
        yield
    connection.close()
    connection.settings_dict.update(owner)


def _restore_as_owner(command, **options):
    """What a real transaction left is removed, and what it changed of policies, roles and kind states comes back, by the owner."""
    with acting_as_owner(), connections["default"].cursor() as cursor:
        cursor.execute("SELECT pristine.restore(%s)", [MANY])


PRISTINE = Path(__file__).with_name("pristine.sql")
# From so many rows of a table on it is faster to cut everything off than to ask of each row who points at it.
MANY = 300


@contextlib.contextmanager
def cursor_of(who):
    """A cursor of a connection of its own on the test database, each statement committed at once."""
    place = {name.lower(): who[name] or None for name in ("USER", "PASSWORD", "HOST", "PORT")}
    connection = psycopg2.connect(dbname=connections["default"].settings_dict["NAME"], **place)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


@pytest.fixture(scope="session")
def files_of_all_tests(tmp_path_factory):
    """A name of its own for each test; tmp_path would look through those of all tests before it."""
    root = tmp_path_factory.mktemp("files")
    return (root / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def files_of_this_test(settings, files_of_all_tests):
    """Pictures and uploads of a test are its own: a rollback leaves files, and the next test would count them as orphans."""
    mine = next(files_of_all_tests)
    settings.MEDIA_ROOT, settings.UPLOAD_DIR = mine / "evidence", mine / "uploads"


@pytest.fixture
def owner_cursor(transactional_db):
    """The schema's owner beside the application."""
    with cursor_of(settings.DATABASE_OWNER) as cursor:
        yield cursor


@pytest.fixture
def past_the_triggers(owner_cursor):
    """The owner, with every trigger of ours asleep: who can do what nobody may."""
    owner_cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgparentid = 0")
    tables = [name for (name,) in owner_cursor.fetchall()]
    for name in tables:
        owner_cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
    yield owner_cursor
    for name in tables:
        owner_cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")


@pytest.fixture
def other_cursor(transactional_db):
    """The application once more, on a second connection."""
    with cursor_of(connections["default"].settings_dict) as cursor:
        yield cursor


@pytest.fixture
def wall_clock_database(django_db_setup, settings):
    """The database keeps its own time, as on every desk without the test clock."""
    switch = "UPDATE casework_test_clock SET is_on = %s"
    with cursor_of(settings.DATABASE_OWNER) as cursor:
        settings.TEST_CLOCK = False
        cursor.execute(switch, [False])
        yield
        settings.TEST_CLOCK = True
        cursor.execute(switch, [True])


@pytest.fixture
def database_clock(django_db_setup):
    """The database takes the door's instant for its own time, as in every test that does not ask for `wall_clock_database`."""
