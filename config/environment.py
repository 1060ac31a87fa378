"""What the process is told from outside: environment variables, and where data lie when it is told nothing."""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_KEY_BYTES = 32
SECRET_KEY_LENGTH = 50
# What config.prepare ends with when it has just made the demo shop: there is more to play there (`seed_demo --every-state`).
MADE_DEMO = 3


def flag(name: str, default: bool = False) -> bool:
    """A yes or no: 1, true, yes, on are yes; empty or unset is `default`."""
    value = os.environ.get(name, "").strip().lower()
    return value in {"1", "true", "yes", "on"} if value else default


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def data_dir() -> Path:
    """Where everything that must be kept lies: DATA_DIR, by default var/ beside the code."""
    return (BASE_DIR / os.environ.get("DATA_DIR", "var")).resolve()


def heartbeat_dir() -> Path:
    """Where worker and beat show that they are alive: HEARTBEAT_DIR, by default heartbeat/ in the data directory."""
    return Path(os.environ.get("HEARTBEAT_DIR") or data_dir() / "heartbeat")


def database(url: str) -> dict[str, Any]:
    """The database of an address. What the address says of the connection is added to what holds always."""
    told: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    return {**told, "OPTIONS": {"connect_timeout": 5, **told.get("OPTIONS", {})}}


def broker_url(redis_url: str) -> str:
    """The same Redis in the words of Celery, which writes unix sockets differently."""
    if not redis_url.startswith("unix://"):
        return redis_url
    path, _, query = redis_url.removeprefix("unix://").partition("?")
    return f"redis+socket://{path}" + (f"?virtual_host={query.removeprefix('db=')}" if query else "")


def required(name: str) -> str:
    """A value that production cannot do without. Raises ImproperlyConfigured naming it."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"PRODUCTION=1 needs {name}.")
    return value


def check_secret_key(value: str) -> str:
    """Refuse a signing key that could be guessed."""
    if len(value) < SECRET_KEY_LENGTH or len(set(value)) < 10 or "insecure" in value or "change-me" in value:
        raise ImproperlyConfigured(f"SECRET_KEY must be random and at least {SECRET_KEY_LENGTH} characters long.")
    return value


def check_data_key(value: str) -> str:
    """Refuse a data key that is not 32 random bytes in base64."""
    try:
        raw = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != DATA_KEY_BYTES or len(set(raw)) < 10:
        raise ImproperlyConfigured(f"DATA_KEY must be {DATA_KEY_BYTES} random bytes in base64.")
    return value
