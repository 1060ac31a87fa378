"""A lead's morning and the end of the demo: work is shared out, a case goes onto paper, and one's own shop takes the place of the invented one."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from casework.actions.assign import give_case
from casework.actions.deeds import add_note
from casework.models import Case
from orders.models import Order, Shop
from orders.roles import Role
from tests.builders import a_refund, an_unreachable
from tests.cast import MONDAY, PASSWORD, acts, make_user

pytestmark = pytest.mark.django_db(transaction=True)
LAPTOP = {"viewport": {"width": 1366, "height": 768}}
# Of what stands on the paper: what is not shown, what runs out of the sheet, and what is lighter than a printer can show.
LOST_ON_PAPER = """() => {
    const paper = document.querySelector(".paper"), sheet = document.documentElement;
    const words = [...paper.querySelectorAll("h1, h2, dt, dd, th, td, figcaption")].filter(each => each.textContent.trim());
    const light = each => getComputedStyle(each).color.match(/\\d+/g).slice(0, 3).some(part => part > 160);
    const cut = each => { const box = each.getBoundingClientRect(); return box.right > innerWidth || box.bottom + scrollY > sheet.scrollHeight; };
    return words.filter(each => !each.checkVisibility() || cut(each) || light(each)).map(each => each.outerHTML.slice(0, 100));
}"""


@pytest.fixture
def shop(db):
    return Shop.objects.create(code="demo", name="样例旗舰店", is_demo=True)


def test_a_lead_shares_out_the_work_and_the_demo_makes_room_for_ones_own_shop(open_page, agent, agent2, supervisor):
    supervisor.theme = "dark"
    supervisor.save()
    late, free = an_unreachable(agent, at=MONDAY - dt.timedelta(days=4)), an_unreachable(agent2)
    add_note(late.pk, note="电话里很着急", by=acts(agent), at=MONDAY)
    give_case(free.pk, None, by=acts(agent2), at=MONDAY)
    a_refund(agent)
    lead = open_page(by=supervisor, **LAPTOP)
    shares_out(lead, late, free, agent2)
    reads_the_same_in_english(lead)
    prints(lead, late)
    owner = open_page(by=make_user("boss", Role.ADMIN, None), **LAPTOP)
    enters_a_shop(owner)
    outsider = make_user("outsider", Role.MANAGER, Shop.objects.get(code="real"))
    opens_for_those_with_the_right(open_page, lead.url, agent, outsider)
    removes_the_demo(owner)


def shares_out(lead, late, free, taker):
    """Who has how much, what is late and what nobody has; both are given by keyboard, the list of the taker is one click away."""
    lead.goto("/team/")
    people = lead.locator(".team__people tbody tr")
    expect(people.filter(has_text="agent2").locator("td").first).to_have_text("0")
    expect(lead.locator("section", has=lead.locator("#group-late")).locator("[data-row]")).to_have_attribute("id", f"row-{late.pk}")
    for case in (late, free):
        to = lead.get_by_label(f"把 {case.number} 转给")
        to.select_option(value=str(taker.pk))
        to.press("Tab")
        lead.keyboard.press("Enter")
        expect(lead.locator(".toast")).to_have_text(f"{case.number}：已转给agent2。")
    assert set(Case.objects.filter(owner=taker)) == {Case.objects.get(pk=each.pk) for each in (late, free)}
    expect(people.filter(has_text="agent2").locator("td")).to_contain_text(["2", "1"])
    people.filter(has_text="agent2").locator(".team__open").click()
    expect(lead.locator("[data-row]")).to_have_count(2)
    lead.go_back()


def reads_the_same_in_english(lead):
    """The button for the language leaves the page where it is."""
    lead.get_by_role("button", name="English").click()
    expect(lead.locator("h1")).to_have_text("Team")
    expect(lead.get_by_text("Nothing else waits for an owner.")).to_be_visible()
    lead.get_by_role("button", name="中文").click()
    expect(lead.locator("h1")).to_have_text("团队")


def prints(lead, case):
    """Only the paper goes to the printer: all of it, dark on light even for who works in the dark."""
    lead.goto(f"/cases/{case.pk}/")
    lead.get_by_role("link", name="打印案件").click()
    expect(lead.locator(".paper")).to_contain_text("电话里很着急")
    lead.evaluate("window.print = () => { window.printed = true; }")
    lead.get_by_role("button", name="打印").click()
    assert lead.evaluate("window.printed") is True
    lead.emulate_media(media="print")
    for gone in (".rail", ".paper__bar", ".toasts", ".skip"):
        expect(lead.locator(gone)).to_be_hidden()
    for words in (case.number, case.order.number, case.incident.parcel.waybill):
        expect(lead.locator(".paper")).to_contain_text(words)
    assert lead.evaluate(LOST_ON_PAPER) == []
    lead.emulate_media(media="screen")


def enters_a_shop(owner):
    """The first step leads to where it is done, and is ticked off afterwards."""
    owner.goto("/")
    owner.get_by_role("link", name="录入您的店铺").press("Enter")
    owner.fill("[name=code]", "real")
    owner.fill("[name=name]", "真实店")
    owner.press("[name=name]", "Enter")
    owner.wait_for_url("**/admin/orders/shop/")
    owner.goto("/")
    expect(owner.locator(".firsts .is-done")).to_contain_text(["录入您的店铺"])


def opens_for_those_with_the_right(open_page, address, agent, outsider):
    """Whoever logs in goes on to what was sent to them; in another shop there is no such thing."""
    for person, heading in ((agent, "联系不上"), (outsider, "找不到")):
        page = open_page()
        page.goto(address)
        page.fill("[name=username]", person.username)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        expect(page.locator("h1")).to_contain_text(heading)
        assert page.url == address


def removes_the_demo(owner):
    """From the banner: one look at what goes and what stays, one click. What is still to be set up stands there until it is put away."""
    owner.locator(".banner").get_by_role("link", name="清除样例数据").click()
    expect(owner.locator(".demo")).to_contain_text("样例旗舰店")
    owner.get_by_role("button", name="全部清除").press("Enter")
    expect(owner.locator(".toast")).to_have_text("样例数据已清除，现在可以开始使用了。")
    expect(owner.locator(".banner")).to_have_count(0)
    expect(owner.locator(".empty")).to_contain_text("没有未结案件")
    assert (Shop.objects.get().code, Order.objects.count()) == ("real", 0)
    owner.get_by_role("button", name="收起").click()
    expect(owner.locator(".firsts")).to_have_count(0)
