"""The health checks of the containers: `python -m config.healthcheck web`, `worker` or `beat` exits 0 when that part is well."""

from __future__ import annotations

import http.client
import sys

from config import environment, heartbeat

FRESH_FOR = 60.0
PORT = 8000


def web_is_well(port: int = PORT) -> bool:
    """Whether the web server of this container answers 200 at /readyz."""
    host = environment.words("ALLOWED_HOSTS", "localhost")[0].lstrip(".")
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=8)
    try:
        line.request("GET", "/readyz", headers={"Host": "localhost" if host == "*" else host})
        return line.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def is_well(part: str) -> bool:
    """Whether the web server answers, or the worker's or beat's last sign of life is fresh."""
    if part == "web":
        return web_is_well()
    age = heartbeat.age(part)
    return age is not None and age < FRESH_FOR


def main(parts: list[str]) -> int:
    """0 when every named part is well, else 1."""
    unwell = [part for part in parts if not is_well(part)]
    for part in unwell:
        sys.stderr.write(f"{part} is not well\n")
    return 1 if unwell or not parts else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
