"""The English texts of the source that need a Chinese one: from Python by syntax tree, from templates by Django's own reading."""

import ast
import re
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
APPS = ("config", "orders", "casework", "logistics", "refunds")
NAMES = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
IN_TEMPLATE = re.compile(r"""\b(?:gettext|_|ngettext|pgettext)\(\s*(?:u?'((?:[^'\\]|\\.)*)'|u?"((?:[^"\\]|\\.)*)")""")


def in_source():
    """All texts, each with a file that holds it."""
    found = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                found |= dict.fromkeys(in_python(path), path)
        for path in sorted((ROOT / app).rglob("*.html")):
            found |= dict.fromkeys(in_template(path), path)
    return found


def in_python(path):
    """The texts of a Python file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NAMES:
            texts = node.args[1:2] if node.func.id.startswith("p") else node.args[: 2 if node.func.id.startswith("n") else 1]
            yield from (each.value for each in texts if isinstance(each, ast.Constant) and isinstance(each.value, str))


def in_template(path):
    """The texts of a template."""
    for single, double in IN_TEMPLATE.findall(templatize(path.read_text(encoding="utf-8"))):
        yield (single or double).replace("\\'", "'").replace('\\"', '"').replace("\\n", "\n")
