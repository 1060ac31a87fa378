"""What no page of the admin does: guess columns by filters, take unlisted actions, rewrite what is append-only (Z6, Z8)."""

import pytest
from django.contrib import admin
from django.urls import reverse

from casework.models import Case, ContactAttempt, Deadline, Evidence, Journal, Ledger, Seal, Task
from orders.admin.stored_form import StoredForm
from orders.models import Membership, User
from refunds.models import Approval, Ending, Payout, Request, SendBack
from tests.builders import a_refund, an_order, an_unreachable

LEAKS = [
    ("orders_user", "password__startswith=md5"),
    ("orders_user", "password__regex=."),
    ("orders_user", "is_superuser=1"),
    ("orders_apitoken", "digest__startswith=a"),
    ("orders_apitoken", "user__password__regex=."),
    ("casework_case", "owner__password__startswith=md5"),
    ("casework_case", "order__phone_index__isnull=0"),
    ("casework_journal", "actor__password__regex=."),
    ("orders_order", "phone_tail_index=1"),
    ("orders_order", "name_enc__isnull=0"),
    ("orders_order", "buyer__nick__regex=a"),
    ("refunds_request", "payee_account_enc__startswith=a"),
    ("refunds_refund", "requests__payee_mask__contains=a"),
    ("orders_memo", "order__shop__memberships__user__password__startswith=m"),
]


def page(name):
    return reverse(f"admin:{name}_changelist")


@pytest.mark.fault("Z6")
@pytest.mark.parametrize(("table", "query"), LEAKS)
def test_no_column_is_guessed_letter_by_letter(table, query, client, manager):
    client.force_login(manager)
    assert client.get(f"{page(table)}?{query}").status_code == 400


@pytest.mark.fault("Z6")
@pytest.mark.parametrize("query", ["_to_field=password", "_popup=1&_to_field=order__number"])
def test_no_other_column_names_a_row(query, client, manager):
    client.force_login(manager)
    assert client.get(f"{page('casework_case')}?{query}").status_code == 400


@pytest.mark.fault("Z6")
def test_sealed_columns_cannot_be_sorted_by(client, manager, shop):
    client.force_login(manager)
    an_order(shop)
    for column in ("o=99", "o=name_enc", "o=-1.-99"):
        assert client.get(f"{page('orders_order')}?{column}").status_code in (200, 302)


@pytest.mark.fault("L3")
@pytest.mark.parametrize(
    "query", ["p=999999999", "p=-1", "p=x", "all=", "q=%00", "q=%25", "q=_", "q=" + "长" * 3000, "whose=nonsense", "shop=9999"]
)
def test_odd_questions_get_an_answer(query, client, manager, agent):
    an_unreachable(agent)
    client.force_login(manager)
    assert client.get(f"{page('casework_case')}?{query}").status_code in (200, 302, 400)


def test_nul_in_a_filter_is_no_fault_of_ours(client, manager):
    client.force_login(manager)
    assert client.get(f"{page('orders_order')}?status__exact=%00").status_code == 400


@pytest.mark.parametrize("number", ["99999999999999999999", "0", "-1", "x", "1%00"])
def test_a_row_that_cannot_be_is_not_found(number, client, manager):
    client.force_login(manager)
    for table in ("casework_case", "orders_order", "refunds_refund"):
        assert client.get(reverse(f"admin:{table}_changelist") + f"{number}/change/").status_code == 404


OWNED = [Case, Deadline, Journal, Ledger, Request, Approval, Payout]


@pytest.fixture
def paid(agent, supervisor, finance):
    return a_refund(agent, approved_by=supervisor, paid_by=finance)


@pytest.fixture
def root(shop):
    """A superuser who is manager in the shop as well: the most that anybody can be."""
    user = User.objects.create_superuser("root", password="a-long-enough-password")
    Membership.objects.create(user=user, shop=shop, role="manager")
    return user


def everything(model):
    return list(model._default_manager.order_by("pk").values())


@pytest.mark.fault("Z8", "A1")
@pytest.mark.parametrize("model", OWNED)
def test_what_the_door_owns_is_not_written_by_posts(model, client, root, paid):
    client.force_login(root)
    name, before = f"admin:{model._meta.app_label}_{model._meta.model_name}", everything(model)
    pk = before[0]["id"]
    sent = {column: str(value) for column, value in before[0].items() if value is not None} | {
        "amount": "1.00",
        "state": "settled",
        "_save": "1",
    }
    posts = [
        (reverse(f"{name}_add"), sent),
        (reverse(f"{name}_change", args=[pk]), sent),
        (reverse(f"{name}_change", args=[pk]), sent | {"_saveasnew": "1"}),
        (reverse(f"{name}_delete", args=[pk]), {"post": "yes"}),
        (reverse(f"{name}_changelist"), {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}),
        (
            reverse(f"{name}_changelist"),
            {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": pk, "form-0-state": "settled", "_save": "1"},
        ),
    ]
    assert [client.post(address, data).status_code for address, data in posts] == [403] * len(posts)
    assert client.post(reverse(f"{name}_history", args=[pk])).status_code == 404
    assert everything(model) == before


@pytest.mark.fault("Z8")
@pytest.mark.parametrize("model", [*OWNED, Task, ContactAttempt, Evidence, Seal, Ending, SendBack])
def test_what_the_door_owns_is_for_reading_whoever_looks(model, rf, root):
    request, owner = rf.get("/admin/"), admin.site.get_model_admin(model)
    request.user = root
    for row in (None, model()):
        assert not owner.has_add_permission(request)
        assert not owner.has_change_permission(request, row)
        assert not owner.has_delete_permission(request, row)


@pytest.mark.fault("Z8")
def test_rows_below_an_order_are_not_reached_by_its_form(client, root, shop):
    order = an_order(shop)
    line = order.lines.get()
    client.force_login(root)
    sent = {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "1", "lines-0-id": line.pk, "lines-0-order": order.pk, "lines-0-paid": "1.00"}
    assert client.post(reverse("admin:orders_order_change", args=[order.pk]), sent).status_code == 403
    line.refresh_from_db()
    assert str(line.paid) == "100.00"


@pytest.mark.fault("Z8")
@pytest.mark.parametrize("action", ["delete_selected", "nonsense", "", "__init__"])
def test_an_action_that_is_not_offered_is_refused(action, client, manager, agent):
    case = an_unreachable(agent)
    client.force_login(manager)
    for table in ("casework_case", "casework_deadline", "orders_user"):
        assert client.post(page(table), {"action": action, "_selected_action": [case.pk]}).status_code == 403


def test_no_page_offers_to_delete_what_was_selected():
    for each in admin.site._registry.values():
        assert "delete_selected" not in (each.actions or ())
    assert "delete_selected" not in dict(admin.site.actions)


def test_every_row_that_is_changed_keeps_what_nobody_touched():
    own = {name: page.form for name, page in admin.site._registry.items()}
    assert [name for name, form in own.items() if not issubclass(form, StoredForm)] == []


def test_a_superuser_without_a_role_works_no_case(client, superuser, agent, paid):
    """DESIGN 11: the door refuses superusers like anyone."""
    client.force_login(superuser)
    case = an_unreachable(agent)
    for address in (
        reverse("admin:logistics_unreachable_change", args=[case.pk]),
        reverse("admin:logistics_unreachable_step", args=[case.pk, "customer_answered"]),
        reverse("admin:refunds_refund_change", args=[paid.pk]),
        reverse("admin:casework_case_changelist"),
    ):
        assert client.get(address).status_code == 403
        assert client.post(address, {"version": case.version}).status_code == 403
    case.refresh_from_db()
    assert case.state == "to_contact"


@pytest.mark.fault("Z4")
def test_an_auditor_changes_nothing(client, auditor, agent):
    case = an_unreachable(agent)
    client.force_login(auditor)
    before = Journal.objects.filter(case=case).exclude(step__startswith="refused").count()
    for deed, sent in (("contact", {"channel": "chat", "outcome": "no_answer"}), ("note", {"note": "x"}), ("take", {}), ("laydown", {})):
        client.post(reverse("admin:logistics_unreachable_deed", args=[case.pk, deed]), sent)
    response = client.post(reverse("admin:logistics_unreachable_step", args=[case.pk, "customer_answered"]), {"version": case.version})
    assert response.status_code == 403
    assert Journal.objects.filter(case=case).exclude(step__startswith="refused").count() == before
    case.refresh_from_db()
    assert (case.version, case.owner) == (1, agent)


def test_the_admin_answers_with_its_own_policy(client, manager):
    client.force_login(manager)
    policy = client.get("/admin/")["Content-Security-Policy"]
    assert "style-src 'self';" in policy
    assert "script-src 'self' 'unsafe-eval';" in policy
    assert "frame-ancestors 'none'" in policy


def test_no_page_carries_script_or_style_of_its_own(client, manager, agent, paid):
    import re

    client.force_login(manager)
    for address in (
        "/admin/",
        page("casework_case"),
        reverse("admin:refunds_refund_change", args=[paid.pk]),
        reverse("admin:orders_user_add"),
    ):
        html = client.get(address).content.decode()
        assert not re.findall(r"<style|<script(?![^>]*\bsrc=)(?![^>]*application/json)|\son\w+=", html), address
        assert not re.findall(r'(?:src|href)="https?://', html), address
