"""What this app keeps of a person: for their export, and for erasing them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.translation import gettext_lazy

from foundation.accounts.personal_data import own_fields, register_eraser, register_exporter
from participation.models import Contribution, Follow, Role

if TYPE_CHECKING:
    from foundation.accounts.models import User


def declare() -> None:
    register_exporter("meedoen", export)
    register_eraser(
        erase,
        erases=gettext_lazy("Your roles in processes, what you follow, and your name under what you brought in."),
        keeps=gettext_lazy(
            "What you brought into a process stays, without your name: others built on it and it was answered."
        ),
    )


def contributions() -> Iterator[type[Contribution]]:
    """Every kind of contribution there is; one that is added later is found too."""
    for model in apps.get_app_config("participation").get_models():
        if issubclass(model, Contribution):
            yield model


def export(user: User) -> dict[str, list[dict[str, Any]]]:
    """Roles, what is followed, and every contribution with its own fields."""
    found: dict[str, list[dict[str, Any]]] = {
        "rollen": [
            {"proces": role.process.title, "rol": str(role.get_role_display()), "sinds": role.since}
            for role in Role.objects.filter(user=user).select_related("process")
        ],
        "gevolgd": [
            {"proces": row.process.title, "sinds": row.created_at}
            for row in Follow.objects.filter(user=user).select_related("process")
        ],
    }
    for model in contributions():
        rows = model._default_manager.filter(author=user).select_related("process")
        found[str(model._meta.verbose_name_plural)] = [{"proces": row.process.title, **own_fields(row)} for row in rows]
    return found


def erase(user: User) -> None:
    """Take the name off everything; the contributions stay."""
    Role.objects.filter(user=user).delete()
    Follow.objects.filter(user=user).delete()
    for model in contributions():
        model._default_manager.filter(author=user).update(author=None, author_is_public=False)
