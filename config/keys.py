"""Secrets that nobody gave: made once and kept in DATA_DIR, so that sessions and encrypted data survive a restart."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import tempfile
from pathlib import Path

from config.environment import DATA_KEY_BYTES

FILE = "secrets.json"


def stored_keys(directory: Path) -> dict[str, str]:
    """SECRET_KEY and DATA_KEY of this data directory; made on the first call, readable by the owner only."""
    path = directory / FILE
    if not path.exists():
        _keep(path, _new_keys())
    keys: dict[str, str] = json.loads(path.read_text())
    return keys


def _new_keys() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "DATA_KEY": base64.b64encode(secrets.token_bytes(DATA_KEY_BYTES)).decode(),
    }


def _keep(path: Path, keys: dict[str, str]) -> None:
    """Put the file in place whole, or leave the one that another process put there first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secrets-")
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(keys, file, indent=1)
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)
