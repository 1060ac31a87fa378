"""Chinese comes first: every text that people see has one."""

import re

import polib

from tests.messages import ROOT, in_source

CATALOGUE = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"\{[^{}]*\}|%\([a-z_]+\)[sd]|%[sd]")


def test_every_text_has_a_chinese_one():
    entries = {each.msgid: each for each in polib.pofile(str(CATALOGUE))}
    known = set(entries) | {each.msgid_plural for each in entries.values() if each.msgid_plural}
    missing = {text: path.name for text, path in in_source().items() if text and text not in known}
    assert not missing


def test_no_translation_is_empty_or_loses_a_placeholder():
    for each in polib.pofile(str(CATALOGUE)):
        texts = list(each.msgstr_plural.values()) or [each.msgstr]
        assert all(texts), each.msgid
        for text in texts:
            wanted = set(PLACEHOLDER.findall(each.msgid_plural or each.msgid))
            assert set(PLACEHOLDER.findall(text)) <= wanted | set(PLACEHOLDER.findall(each.msgid)), each.msgid
            assert wanted <= set(PLACEHOLDER.findall(text)), each.msgid
