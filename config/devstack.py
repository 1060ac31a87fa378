"""A private PostgreSQL and Redis for this checkout: found or started when nobody named others, stopped by whoever used them last.

Every user of the servers holds a shared lock on a file for as long as it lives; the kernel drops it even when the process
is killed. Who ends asks for the same lock alone: if it gets it, nobody else is left and the servers stop.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import quote

from config.servers.identity import identities
from config.servers.postgres import APPLICATION, DATABASE, OWNER, Postgres
from config.servers.redis import Redis

# A unix socket's path may have 107 bytes; "/.s.PGSQL.5432" takes 14 of them.
LONGEST_SOCKET_DIRECTORY = 85


def socket_directory(data: Path) -> Path:
    """Where the sockets lie: in the data directory, or under /tmp when its path is too long for a socket."""
    directory = data / "run"
    if len(os.fsencode(directory)) <= LONGEST_SOCKET_DIRECTORY:
        return directory
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"desk-{os.geteuid()}-{digest}"


def private_urls(data: Path) -> dict[str, str]:
    """The addresses that the private servers of a data directory have while they run. Starts nothing."""
    sockets = socket_directory(data)
    host = quote(str(sockets), safe="")
    return {
        "DATABASE_URL": f"postgres://{APPLICATION}@{host}/{DATABASE}",
        "DATABASE_OWNER_URL": f"postgres://{OWNER}@{host}/{DATABASE}",
        "REDIS_URL": f"unix://{sockets}/redis.sock",
    }


class Servers:
    """The private servers of one data directory, shared by all processes that work on it."""

    def __init__(self, data: Path, *, database: bool = True, redis: bool = True, durable: bool = True) -> None:
        self.sockets = socket_directory(data)
        self.postgres = Postgres(data / "postgres", self.sockets, durable=durable) if database else None
        self.redis = Redis(data / "redis", self.sockets) if redis else None
        self._user: IO[str] | None = None

    def acquire(self) -> None:
        """Start what does not run yet, and count as a user of it."""
        _make_private(self.sockets)
        with self._gate():
            self._user = (self.sockets / "users.lock").open("a")
            fcntl.flock(self._user, fcntl.LOCK_SH)
            self._start()

    def revive(self) -> bool:
        """Start again what died under its users. True when something had."""
        if self._user is None:
            return False
        with self._gate():
            return self._start()

    def release(self) -> None:
        """Stop the servers, unless somebody else still uses them."""
        if self._user is None:
            return
        with self._gate(), self._user as user:
            self._user = None
            try:
                fcntl.flock(user, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            self.stop()

    def stop(self) -> None:
        """Stop the servers, whoever uses them."""
        for server in (self.redis, self.postgres):
            if server:
                server.stop()

    def _start(self) -> bool:
        started = [server.start() for server in (self.postgres, self.redis) if server]
        return any(started)

    @contextlib.contextmanager
    def _gate(self) -> Iterator[None]:
        """One process at a time starts or stops."""
        with (self.sockets / "start.lock").open("a") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield


@contextlib.contextmanager
def private_servers(data: Path, *, durable: bool = True) -> Iterator[Servers]:
    """The servers that the environment does not name, running for the length of the block."""
    needs = {"database": not os.environ.get("DATABASE_URL"), "redis": not os.environ.get("REDIS_URL")}
    servers = Servers(data, durable=durable, **needs)
    try:
        if any(needs.values()):
            servers.acquire()
        yield servers
    finally:
        servers.release()


def _make_private(directory: Path) -> None:
    """A directory that only we can enter. Under /tmp somebody else may have made it first: refuse it then."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    ours = {identity.uid for identity in identities()} | {os.geteuid()}
    if directory.is_symlink() or directory.stat().st_uid not in ours:
        raise SystemExit(f"{directory} belongs to somebody else; set DATA_DIR to a directory of your own.")
    directory.chmod(0o700)
