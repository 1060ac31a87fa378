#!/usr/bin/env python3
"""Django's command line, with the private servers running when no others are named."""

import os
import signal
import sys
from pathlib import Path

VENV_PYTHON = Path(__file__).resolve().parent / ".venv" / "bin" / "python"
# These touch no database, so they start none.
WITHOUT_SERVERS = set("check collectstatic diffsettings findstatic help makemessages spectacular version --help -h --version".split())
# These may be the first in a data directory: they make its database, or need nothing in it.
MAY_BE_FIRST = set("migrate makemigrations print_handbook test".split())


def main() -> None:
    """Run one command."""
    _use_the_venv()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from config import devstack, environment, messages

    if environment.flag("PRODUCTION"):
        return execute_from_command_line(sys.argv)
    messages.compile_stale()
    if len(sys.argv) < 2 or (sys.argv[1] in WITHOUT_SERVERS and "--database" not in sys.argv):
        return execute_from_command_line(sys.argv)
    data = environment.data_dir()
    if sys.argv[1] not in MAY_BE_FIRST and not os.environ.get("DATABASE_URL") and not (data / "postgres").exists():
        raise SystemExit(
            f"There is no database in {data}: run `make run` or `./manage.py migrate` first, or set DATA_DIR to where it lies."
        )
    # A SIGTERM must not leave the servers behind.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    with devstack.private_servers(data):
        execute_from_command_line(sys.argv)


def _use_the_venv() -> None:
    """Called with the system's Python: go on with the one that has the packages."""
    try:
        import django  # noqa: F401
    except ModuleNotFoundError:
        if not VENV_PYTHON.exists() or Path(sys.prefix) == VENV_PYTHON.parent.parent:
            raise SystemExit("Django is not installed here: run `make env` first.") from None
        os.execv(VENV_PYTHON, [str(VENV_PYTHON), *sys.argv])


if __name__ == "__main__":
    main()
