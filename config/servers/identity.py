"""Who runs the database server: it refuses to be root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# A user namespace in which root is an ordinary user: no account is made, and files stay root's.
AS_SOMEBODY = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")


@dataclass(frozen=True)
class Identity:
    """A way to start a program: as we are, behind a prefix, or as another user."""

    prefix: tuple[str, ...] = ()
    user: pwd.struct_passwd | None = None

    @property
    def uid(self) -> int:
        """The user that its files belong to."""
        return self.user.pw_uid if self.user else os.geteuid()

    def give(self, directory: Path) -> None:
        """Let the programs write there."""
        if self.user:
            os.chown(directory, self.user.pw_uid, self.user.pw_gid)

    def run(self, *command: str | Path) -> None:
        """Run a program. Ends the process with what it said when it fails."""
        done = self._start(command)
        if done.returncode:
            hint = f"\nIt ran as {self.user.pw_name}: DATA_DIR must be a directory that this user can reach." if self.user else ""
            raise SystemExit(f"{command[0]} failed:\n{done.stdout[-2000:]}{hint}")

    def succeeds(self, *command: str | Path) -> bool:
        """Whether a program ends well. It may leave a server behind, so nothing reads its output."""
        return self._start(command, subprocess.DEVNULL).returncode == 0

    def output(self, *command: str | Path) -> str:
        """What a program says, "" when it cannot run."""
        try:
            done = self._start(command)
        except OSError:
            return ""
        return done.stdout.strip() if done.returncode == 0 else ""

    def why(self, *command: str | Path) -> str:
        """The complaint of a program that fails."""
        return self._start(command).stdout[-2000:]

    def _start(self, command: tuple[str | Path, ...], out: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.prefix, *map(str, command)],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            user=self.user.pw_uid if self.user else None,
            group=self.user.pw_gid if self.user else None,
            extra_groups=[] if self.user else None,
        )


def identities() -> Iterator[Identity]:
    """The ways that may work here, best first."""
    if os.geteuid() != 0:
        yield Identity()
        return
    if shutil.which("unshare"):
        yield Identity(prefix=AS_SOMEBODY)
    for name in ("postgres", "nobody"):
        try:
            yield Identity(user=pwd.getpwnam(name))
        except KeyError:
            continue
