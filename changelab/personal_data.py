"""What this app keeps of a person: for their export, and for erasing them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.translation import gettext_lazy

from changelab.models import KitchenItem, LabMember, PlanAdvice, Reflection
from foundation.accounts.personal_data import own_fields, register_eraser, register_exporter

if TYPE_CHECKING:
    from foundation.accounts.models import User


def declare() -> None:
    register_exporter("changelab", export)
    register_eraser(
        erase,
        erases=gettext_lazy("Your places in Changelabs, and your name under what you wrote there."),
        keeps=gettext_lazy("What you wrote in a Changelab stays, without your name: others built on it."),
    )


def kitchen_models() -> Iterator[type[KitchenItem]]:
    """Every kind of thing that a lab makes; one that is added later is found too."""
    for model in apps.get_app_config("changelab").get_models():
        if issubclass(model, KitchenItem):
            yield model


def export(user: User) -> dict[str, list[dict[str, Any]]]:
    """Places in labs, and everything written there."""
    found: dict[str, list[dict[str, Any]]] = {
        "plaatsen": [
            {"lab": row.lab.title, "rol": str(row.get_role_display()), "sinds": row.joined_at, "tot": row.left_at}
            for row in LabMember.objects.filter(user=user).select_related("lab")
        ],
        "reflecties": [
            {"lab": row.lab.title, "moment": str(row.get_moment_display()), "tekst": row.text, "gedeeld": row.is_shared}
            for row in Reflection.objects.filter(user=user).select_related("lab")
        ],
        "adviezen": [
            {"plan": row.plan.title, "tekst": row.text, "op": row.at}
            for row in PlanAdvice.objects.filter(author=user).select_related("plan")
        ],
    }
    for model in kitchen_models():
        rows = model._default_manager.filter(author=user)
        found[str(model._meta.verbose_name_plural)] = [own_fields(row) for row in rows]
    return found


def erase(user: User) -> None:
    """Take the person out of the labs, and the name off what was written."""
    LabMember.objects.filter(user=user).delete()
    Reflection.objects.filter(user=user).delete()
    PlanAdvice.objects.filter(author=user).update(author=None)
    for model in kitchen_models():
        model._default_manager.filter(author=user).update(author=None)
