"""Writes .env with fresh random secrets for compose.yaml. Refuses to touch an .env that is there: its DATA_KEY opens the data."""

import base64
import os
import secrets
import sys

FILE = ".env"

LINES = [
    "# Keep a copy of this file in a safe place: without DATA_KEY the names, phones and addresses in the database cannot be read.",
    f"SECRET_KEY={secrets.token_urlsafe(64)}",
    f"DATA_KEY={base64.b64encode(secrets.token_bytes(32)).decode()}",
    f"POSTGRES_PASSWORD={secrets.token_hex(24)}",
    f"OWNER_PASSWORD={secrets.token_hex(24)}",
    f"APP_PASSWORD={secrets.token_hex(24)}",
    "",
    "# The names that people type to reach the desk.",
    "ALLOWED_HOSTS=localhost,127.0.0.1",
    "# 0 for a trial on this machine alone. Set it to 1 before anybody else may reach the desk (README.md, Docker).",
    "HTTPS=0",
    "PORT=8000",
]

if __name__ == "__main__":
    try:
        with open(os.open(FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="\n") as file:
            file.write("\n".join(LINES) + "\n")
    except FileExistsError:
        sys.exit(f"{FILE} is there already; it is left as it is.")
