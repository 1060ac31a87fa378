"""The settings of the tests: those of the product, on a throw-away data directory. Each xdist worker has its own."""

import os
import tempfile
from pathlib import Path

# Made by the first process and inherited by the workers, which must not make another.
TEST_ROOT = Path(os.environ.get("DESK_TEST_ROOT") or tempfile.mkdtemp(prefix="desk-test-"))
TEST_ROOT.chmod(0o711)  # where the database server is another user, it must pass through
os.environ["DESK_TEST_ROOT"] = str(TEST_ROOT)
os.environ["DATA_DIR"] = str(TEST_ROOT / os.environ.get("PYTEST_XDIST_WORKER", "main"))
for name in ("PRODUCTION", "TEST_CLOCK", "DEBUG", "HTTPS"):
    os.environ.pop(name, None)

from config.settings import *  # noqa: E402, F403

# Hashing a password takes a quarter of a second on purpose; tests have no secrets.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Else every test client would first list all static files.
WHITENOISE_AUTOREFRESH = True
