"""Production gives every static file a digest in its name: a file that is named somewhere and missing would break its page."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

NAMED = re.compile(r"""\{%\s*static\s+["']([^"']+)["']""")


APPS = ["config", "orders", "casework", "logistics", "refunds"]


def named_files():
    """(template, static file) for each {% static %} in the templates of our apps."""
    templates = (path for app in APPS for path in sorted((settings.BASE_DIR / app).glob("templates/**/*.html")))
    return [pytest.param(name, id=f"{path.name}: {name}") for path in templates for name in NAMED.findall(path.read_text())]


@pytest.mark.parametrize("name", named_files())
def test_a_static_file_that_a_template_names_exists(name):
    assert finders.find(name)


def test_the_static_files_can_be_collected_as_in_production(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()
