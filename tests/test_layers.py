"""Templates point down as imports do: a page is built on parts of its own app, of those below it, and of the frame.

The import contract (pyproject.toml) and test_architecture.py hold the same for code and relations.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ORDER = ["orders", "casework", "logistics", "refunds"]
RANK = {name: rank for rank, name in enumerate(ORDER)}
# The one name under which a lower app finds the frame of the workbench; it says nothing of the app that draws it.
FRAME = "frame.html"
IN_TEMPLATE = re.compile(r"""{%-?\s*(?:extends|include)\s+["']([^"']+)["']""")
IN_CODE = re.compile(r"""["']([a-z_]+/[\w/.-]+\.html)["']""")


def names(app: str) -> list[tuple[str, str]]:
    """(place, template name) of each template that an app's templates and code name."""
    found = []
    for path in sorted((ROOT / app).rglob("*")):
        pattern = {".html": IN_TEMPLATE, ".txt": IN_TEMPLATE, ".py": IN_CODE}.get(path.suffix)
        if pattern:
            found += [(path.relative_to(ROOT).as_posix(), name) for name in pattern.findall(path.read_text(encoding="utf-8"))]
    return found


def points_up(app: str, name: str) -> bool:
    owner = name.partition("/")[0]
    return owner in RANK and RANK[owner] > RANK[app]


def test_no_template_points_up():
    assert [f"{place} names {name}" for app in ORDER for place, name in names(app) if points_up(app, name)] == []


def test_the_templates_were_looked_at():
    seen = [name for app in ORDER for _, name in names(app)]
    assert "casework/base.html" in seen
    assert len(seen) > 20


def test_what_points_up_is_known():
    assert points_up("orders", "casework/base.html")
    assert points_up("casework", "refunds/parts/lines.html")
    assert not points_up("refunds", "casework/base.html")
    assert not points_up("orders", FRAME)
    assert IN_TEMPLATE.findall("""{% extends 'a/b.html' %}{% include "c/d.html" with x=1 %}""") == ["a/b.html", "c/d.html"]
    assert IN_CODE.findall('return render(request, "casework/today.html", {})') == ["casework/today.html"]


def test_the_frame_is_there():
    assert (ROOT / "casework" / "templates" / FRAME).exists()
    assert f'{{% extends "{FRAME}" %}}' in (ROOT / "orders" / "templates" / "orders" / "order.html").read_text(encoding="utf-8")
