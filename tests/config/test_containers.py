"""What can be said about the containers without starting them."""

import re

import pytest
import yaml
from django.conf import settings

COMPOSE = yaml.safe_load((settings.BASE_DIR / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
OURS = ["web", "worker", "beat", "migrate"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_each_service_has_a_health_check(name):
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", OURS)
def test_our_containers_write_to_their_volume_only(name):
    assert SERVICES[name]["read_only"]
    assert SERVICES[name]["cap_drop"] == ["ALL"]


def test_only_the_migration_knows_the_owner_of_the_schema():
    assert [name for name in OURS if "DATABASE_OWNER_URL" in SERVICES[name]["environment"]] == ["migrate"]


def test_no_password_has_a_default():
    text = (settings.BASE_DIR / "compose.yaml").read_text()
    secrets = dict(re.findall(r"\$\{(\w*(?:PASSWORD|KEY)\b)([^}]*)\}", text))
    assert secrets.pop("EMAIL_HOST_PASSWORD") == ":-"  # a desk without a mail server has none
    assert set(secrets) == {"SECRET_KEY", "DATA_KEY", "POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD"}
    assert set(secrets.values()) == {":?see README.md"}


def test_every_setting_in_compose_is_one_that_the_code_reads():
    code = "".join((settings.BASE_DIR / "config" / name).read_text() for name in ("settings.py", "environment.py"))
    assert [name for name in SERVICES["migrate"]["environment"] if f'"{name}"' not in code] == []


def test_the_image_holds_no_development_packages():
    assert "requirements-dev" not in (settings.BASE_DIR / "Dockerfile").read_text()
    assert "USER desk" in (settings.BASE_DIR / "Dockerfile").read_text()


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_packages_are_pinned_with_hashes_and_name_no_host(file):
    text = (settings.BASE_DIR / file).read_text()
    pinned = re.findall(r"^\S+==\S+", text, re.MULTILINE)
    assert len(pinned) > 40
    assert text.count(" \\\n    --hash=sha256:") >= len(pinned)
    assert "://" not in text
