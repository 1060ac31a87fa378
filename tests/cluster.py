"""The migrated cluster of an earlier run, kept in pytest's cache: a run of one file starts in two seconds instead of fifteen.

Its name is a digest of the migrations and of what is installed; whatever changed among them makes another. Migrate still runs on the copy, so
seeds follow the code. `pytest --cache-clear` forgets it; with CI=true nothing is kept.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from django.conf import settings

from config.devstack import Servers


def digest() -> str:
    """What a migrated database depends on."""
    files = [settings.BASE_DIR / "requirements-dev.txt", *settings.BASE_DIR.glob("[a-z]*/migrations/**/*.*")]
    sum_ = hashlib.sha256()
    for path in sorted(path for path in files if path.suffix != ".pyc"):
        sum_.update(path.name.encode() + b"\0" + path.read_bytes())
    return sum_.hexdigest()[:16]


class Kept:
    """The clusters of earlier runs in `directory`: at most the newest one stays."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.cluster = directory / digest()
        self.wanted = not (os.environ.get("DATABASE_URL") or os.environ.get("CI"))

    def lend(self, data: Path) -> bool:
        """Copy the kept cluster to where the servers of this run look for theirs. False when there is none."""
        if not self.wanted or not self.cluster.exists():
            return False
        shutil.copytree(self.cluster, data / "postgres", symlinks=True)
        return True

    def keep(self, servers: Servers) -> None:
        """Put the cluster away for the next run. The server stands still meanwhile: a copy of running files may be torn."""
        if not self.wanted or self.cluster.exists():
            return
        servers.stop()
        fresh = self.directory / f"{self.cluster.name}.{os.getpid()}"
        shutil.copytree(servers.postgres.data, fresh, symlinks=True)
        for old in self.directory.iterdir():
            if old.suffix == "" and old != self.cluster:
                shutil.rmtree(old, ignore_errors=True)
        try:
            fresh.rename(self.cluster)
        except OSError:  # another worker was first
            shutil.rmtree(fresh)
        servers.revive()
