"""A person's roles, below the account. Checked as a whole: who gives them, where, and that one is left."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, ForeignKey, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from unfold.admin import PaginationInlineFormSet, TabularInline

from orders.access import Actor, actor_of
from orders.actions.manage_people import KEEPERS, check_roles, may_manage, roles_to_give, sees_all
from orders.admin.desk import ByRole
from orders.admin_site import CHANNEL
from orders.errors import Refused
from orders.models import Membership, Shop
from orders.roles import Role


class Roles(PaginationInlineFormSet, BaseInlineFormSet):
    """The roles as sent. `by` is set by the page."""

    by: Actor
    by_superuser: bool

    def clean(self) -> None:
        """Refuse what the acting person may not give or take, and an account that nobody could find again."""
        super().clean()
        if any(self.errors):
            return
        changed = [form for form in self.forms if form.has_changed()]
        touched = [form.instance for form in changed if form.cleaned_data]
        touched += [Membership(shop_id=form.initial.get("shop"), role=form.initial["role"]) for form in changed if "role" in form.initial]
        try:
            check_roles(self.by, self.instance if self.instance.pk else None, touched, is_superuser=self.by_superuser)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        if not kept and not self.by_superuser and not self.instance.pk:
            raise ValidationError(_("Give at least one role."))


class MembershipInline(ByRole, TabularInline):
    """One role per shop; without a shop it counts for every shop, for those who see all."""

    model = Membership
    formset = Roles
    VIEW = KEEPERS | {Role.AUDITOR}
    ADD = CHANGE = DELETE = KEEPERS
    SUPERUSER = True
    extra = 0
    hide_title = True
    fields = ("shop", "role")

    def holds(self, request: HttpRequest, roles: Any, obj: Any = None) -> bool:
        """Changing goes with looking after the account; a new account may get its first roles."""
        if not super().holds(request, roles):
            return False
        if roles == self.VIEW or obj is None or obj.pk is None:
            return True
        return may_manage(actor_of(request, CHANNEL), obj, is_superuser=bool(request.user.is_superuser))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As for changing."""
        return self.holds(request, self.ADD, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the shop's name."""
        return super().get_queryset(request).select_related("shop")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The formset that knows who acts."""
        kind = super().get_formset(request, obj, **kwargs)
        for field in kind.form.base_fields.values():
            # Their names stand at the head of the table only.
            field.widget.attrs["aria-label"] = field.label
        return type("SignedRoles", (kind,), {"by": actor_of(request, CHANNEL), "by_superuser": bool(request.user.is_superuser)})

    def formfield_for_choice_field(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Only roles that the acting person may give."""
        given = roles_to_give(actor_of(request, CHANNEL), is_superuser=bool(request.user.is_superuser))
        choices = [(value, label) for value, label in db_field.get_choices() if value in {"", *given}]
        return super().formfield_for_choice_field(db_field, request, choices=choices, **kwargs)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        """Only shops that the acting person keeps."""
        actor = actor_of(request, CHANNEL)
        shops = Shop.objects.all() if request.user.is_superuser else Shop.objects.for_actor(actor)
        field = super().formfield_for_foreignkey(db_field, request, queryset=shops, **kwargs)
        if not (request.user.is_superuser or sees_all(actor)):
            field.required = True
        return field
