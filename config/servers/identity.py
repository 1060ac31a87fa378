"""Who runs the database server: it refuses to be root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# A user namespace in which root is an ordinary user: no account is made, and files stay root's. Refused in a chroot and in many containers.
AS_SOMEBODY = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
USERS = ("postgres", "nobody")
# What lets another user through directories that only root may enter, such as /root. The first gives no right to write; containers often lack it.
PASSES = ("dac_read_search", "dac_override")


@dataclass(frozen=True)
class Identity:
    """A way to start a program: as we are, behind a prefix, or as another user. A prefix becomes that user by itself."""

    prefix: tuple[str, ...] = ()
    user: pwd.struct_passwd | None = None

    def __str__(self) -> str:
        return " ".join(self.prefix[:1] + ((self.user.pw_name,) if self.user else ())) or "you"

    @property
    def uid(self) -> int:
        """The user that its files belong to."""
        return self.user.pw_uid if self.user else os.geteuid()

    @property
    def gid(self) -> int:
        """The group that its files belong to."""
        return self.user.pw_gid if self.user else os.getegid()

    def give(self, directory: Path) -> None:
        """Let the programs write there, whoever wrote before. The directory itself comes last, so that what was cut short is done again."""
        if os.geteuid() != 0 or directory.stat().st_uid == self.uid:
            return
        for place, directories, files in os.walk(directory, topdown=False):
            for name in (*directories, *files):
                os.lchown(os.path.join(place, name), self.uid, self.gid)
        os.lchown(directory, self.uid, self.gid)

    def reaches(self, directory: Path) -> bool:
        """Whether the programs can go there."""
        return self._start(("test", "-d", f"{directory}/.")).returncode == 0

    def run(self, *command: str | Path) -> None:
        """Run a program. Ends the process with what it said when it fails."""
        done = self._start(command)
        if done.returncode:
            raise SystemExit(f"{command[0]} failed (as {self}):\n{done.stdout[-2000:]}")

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
        becomes = None if self.prefix else self.user
        return subprocess.run(
            [*self.prefix, *map(str, command)],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            user=becomes.pw_uid if becomes else None,
            group=becomes.pw_gid if becomes else None,
            extra_groups=[] if becomes else None,
        )


def identities() -> Iterator[Identity]:
    """The ways that may work here, best first."""
    if os.geteuid() != 0:
        yield Identity()
        return
    if shutil.which(AS_SOMEBODY[0]):
        yield Identity(prefix=AS_SOMEBODY)
    users = list(_users())
    yield from (Identity(user=user) for user in users)
    if shutil.which("setpriv"):
        yield from (Identity(_passing(user, capability), user) for capability in PASSES for user in users)


def _users() -> Iterator[pwd.struct_passwd]:
    for name in USERS:
        try:
            yield pwd.getpwnam(name)
        except KeyError:
            continue


def _passing(user: pwd.struct_passwd, capability: str) -> tuple[str, ...]:
    """Become that user and keep one right of root's. Without the secure bit access(2) would still ask what the user may do without it."""
    rights = ("--securebits=+no_setuid_fixup", f"--inh-caps=-all,+{capability}", f"--ambient-caps=-all,+{capability}")
    return ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *rights, "--")
