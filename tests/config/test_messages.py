"""Translations are compiled when they changed, without any gettext tool."""

import gettext
import os

from config.messages import compile_stale

CATALOGUE = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Refund"\nmsgstr "退款"\n'


def test_a_changed_catalogue_is_compiled_once(tmp_path):
    po = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    po.write_text(CATALOGUE)
    (written,) = compile_stale(tmp_path)
    with written.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Refund") == "退款"
    assert compile_stale(tmp_path) == []
    os.utime(po, (po.stat().st_atime + 10, po.stat().st_mtime + 10))
    assert compile_stale(tmp_path) == [written]
