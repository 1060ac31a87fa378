"""The admin speaks Chinese throughout: what its theme ships without a translation has one among ours."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import unfold
from django.utils import translation

from tests.builders import a_refund, an_unreachable
from tests.messages import in_python, in_template

THEME = Path(unfold.__file__).parent
# Pages of the theme that this house does not show: its parts for other libraries, and its own login.
NOT_SHOWN = {"contrib", "auth"}
# What is called so in Chinese as well, what is typed so, and what tests call their people and shops.
NAMES = set("API CSV Excel JSON SHA ID TOP EMS Alipay English zh hans en postage".split())
NAMES |= set("agent Agent AGENT manager MANAGER supervisor SUPERVIS demo tb sample AS".split())
SPOKEN = ("placeholder", "title", "aria-label", "alt")
UNREAD = {"script", "style", "svg", "head", "template"}
WORD = re.compile(r"[A-Za-z]{2,}")
VOID = {"input", "img", "br", "hr", "link", "meta", "source", "use"}


class Reader(HTMLParser):
    """What a person reads on a page: its texts and what is spoken of its parts, without the names of icons."""

    def __init__(self):
        super().__init__()
        self.read, self.inside = [], []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag not in VOID:
            self.inside.append("icon" if "material-symbols" in (attributes.get("class") or "") else tag)
        self.read += [attributes[name] or "" for name in SPOKEN if name in attributes]

    def handle_endtag(self, tag):
        if tag not in VOID and self.inside:
            self.inside.pop()

    def handle_data(self, data):
        if not {"icon", *UNREAD} & set(self.inside):
            self.read.append(data)


def test_what_the_theme_leaves_in_english_is_translated_here():
    texts = set()
    for path in THEME.rglob("*"):
        if not NOT_SHOWN & set(path.relative_to(THEME).parts):
            texts |= set(in_template(path)) if path.suffix == ".html" else set(in_python(path)) if path.suffix == ".py" else set()
    assert len(texts) > 80
    with translation.override("zh-hans"):
        assert {text for text in texts if WORD.search(text) and not is_translated(text)} == set()


def is_translated(text):
    """Said in Chinese, as it is or where something is counted: the singular of a pair is known by its number only."""
    return {translation.gettext(text), translation.ngettext(text, text, 1)} != {text}


def english_in(page):
    """The words in Latin letters that a reader meets, less the names."""
    reader = Reader()
    reader.feed(page)
    return {word for each in reader.read for word in WORD.findall(each)} - NAMES


@pytest.fixture
def at_admin(client, manager):
    client.force_login(manager)
    return client


def test_its_pages_hold_no_english_word(at_admin, agent, supervisor):
    case, refund = an_unreachable(agent, state="trying"), a_refund(agent)
    addresses = [
        "/admin/",
        "/admin/casework/case/",
        f"/admin/logistics/unreachable/{case.pk}/change/",
        f"/admin/refunds/refund/{refund.pk}/change/",
        "/admin/refunds/refund/?state=asked",
        "/admin/orders/order/",
        f"/admin/orders/order/{case.order_id}/change/",
        "/admin/logistics/parcel/",
        "/admin/casework/journal/",
        "/admin/casework/deadline/",
        f"/admin/casework/deadline/{case.deadlines.first().pk}/change/",
        f"/admin/casework/contactattempt/{case.contacts.get().pk}/change/",
        "/admin/casework/ledger/",
        "/admin/casework/task/",
        "/admin/casework/policy/",
        "/admin/casework/holiday/add/",
        "/admin/orders/user/",
        "/admin/orders/user/add/",
        f"/admin/orders/user/{agent.pk}/change/",
        "/admin/orders/apitoken/",
        "/admin/logistics/norm/add/",
        "/admin/password_change/",
    ]
    found = {}
    for address in addresses:
        answer = at_admin.get(address)
        assert answer.status_code == 200, address
        if words := english_in(answer.content.decode()):
            found[address] = sorted(words)
    assert found == {}, str(found)


def test_words_are_found_where_people_read_them():
    page = (
        '<head><title>Head</title></head><p title="Spoken">Read <span class="material-symbols-outlined">icon</span></p><script>Run</script>'
    )
    assert english_in(page) == {"Spoken", "Read"}
