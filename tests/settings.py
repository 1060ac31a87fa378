"""The settings of the tests: those of the product, on a throw-away data directory. Each xdist worker has its own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from config import messages

# Imports and flushes make and remove thousands of files: on a disk their names alone cost a sixth of a whole run.
MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3  # bytes; a worker's cluster takes some 300 MB


def _is_roomy(place: Path) -> bool:
    """Whether files can be kept there in memory; a container's /dev/shm often holds 64 MB."""
    return place.is_dir() and os.access(place, os.W_OK | os.X_OK) and shutil.disk_usage(place).free >= ROOM


# Made by the first process and inherited by the workers, which neither make nor remove another.
if "DESK_TEST_ROOT" not in os.environ:
    os.environ["DESK_TEST_ROOT"] = tempfile.mkdtemp(prefix="desk-test-", dir=MEMORY if _is_roomy(MEMORY) else None)
    # Before anything reads them: what Django once read it keeps.
    messages.compile_stale()
    MAKER = os.getpid()
    # Not in a child that a test forked: it ends while the tests go on.
    atexit.register(lambda: os.getpid() == MAKER and shutil.rmtree(TEST_ROOT, ignore_errors=True))
TEST_ROOT = Path(os.environ["DESK_TEST_ROOT"])
TEST_ROOT.chmod(0o711)  # where the database server is another user, it must pass through
os.environ["DATA_DIR"] = str(TEST_ROOT / os.environ.get("PYTEST_XDIST_WORKER", "main"))
for name in ("PRODUCTION", "DEBUG", "HTTPS"):
    os.environ.pop(name, None)
# Stories are told at instants of their own; the database takes the deed's instant for its time.
os.environ["TEST_CLOCK"] = "1"

from config.settings import *  # noqa: E402, F403

# A story takes days; a journal of two years would be looked through at every step.
MONTHS_AROUND = 1
# Hashing a password takes a quarter of a second on purpose; tests have no secrets.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Else every test client would first list all static files.
WHITENOISE_AUTOREFRESH = True
