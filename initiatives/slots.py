"""What the parts of this app show on the public page of an initiative, each in its own place.

A part adds one dotted name to its slot: a function ``(request, initiative) -> dict | None``. The dictionary names a
``template`` and holds what that needs; on the page it is called ``part``. None: nothing to show. Whatever such a function
gives stands on a page that everybody may read.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any

from django.http import HttpRequest
from django.utils.module_loading import import_string

from initiatives.models import Initiative

Provider = Callable[[HttpRequest, Initiative], "dict[str, Any] | None"]

# Slot -> who fills it. The order on the page is that of templates/initiatives/detail.html.
PROVIDERS: dict[str, list[str]] = {
    "challenge": [
        "initiatives.views.challenges.public_part",
        "initiatives.views.agreements.public_part",
    ],  # under the plan: the challenged task, the offer, the agreement
    "cooperative": ["initiatives.views.cooperative.part"],  # under the plan: stage, roles, transparency
    "town_hall": ["initiatives.views.townhall.public_desks"],  # desks and dates only
    "hands": ["initiatives.views.hands.part"],  # hands asked and offered
    "lessons": ["initiatives.views.agreements.lessons_part"],  # what went well and what did not
    "discussion": [],  # questions and answers
    "aside": ["initiatives.views.elsewhere.part"],  # beside the plan
}


# The same for the page of the town hall (templates/initiatives/staff/case.html); what stands here never becomes public.
STAFF_PROVIDERS: dict[str, list[str]] = {
    "assessment": [
        "initiatives.views.challenges.staff_part"
    ],  # the challenge, the cooperative: what this kind of initiative asks
    "town_hall": ["initiatives.views.townhall.summary"],  # views of sectors, risks, escalations, notes
    "value": [],  # added value
    "after": [
        "initiatives.views.agreements.staff_part",
        "initiatives.views.elsewhere.part",
    ],  # agreement, progress, evaluation, hands
}


def staff_parts(request: HttpRequest, initiative: Initiative) -> dict[str, list[dict[str, Any]]]:
    """Slot -> what is shown there to who works on it."""
    return _shown(STAFF_PROVIDERS, request, initiative)


# Who shows nothing where there is no row of a table; the last one only to who is not in the team.
_OF_TABLES = {
    "initiatives.views.townhall.public_desks": "sectorview",
    "initiatives.views.agreements.lessons_part": "evaluation",
}
_TO_STRANGERS = {"initiatives.views.hands.part": "handsrequest"}


def parts(request: HttpRequest, initiative: Initiative, empty: Container[str] = ()) -> dict[str, list[dict[str, Any]]]:
    """Slot -> what is shown there.

    Args:
        empty: tables that are known to hold nothing of this initiative (``queries.versions.empty``).
    """
    needs = _OF_TABLES if request.user.is_authenticated else {**_OF_TABLES, **_TO_STRANGERS}
    providers = {slot: [name for name in names if needs.get(name) not in empty] for slot, names in PROVIDERS.items()}
    return _shown(providers, request, initiative)


def _shown(
    providers: dict[str, list[str]], request: HttpRequest, initiative: Initiative
) -> dict[str, list[dict[str, Any]]]:
    shown: dict[str, list[dict[str, Any]]] = {}
    for slot, names in providers.items():
        found = []
        for name in names:
            provider: Provider = import_string(name)
            part = provider(request, initiative)
            if part is not None:
                found.append(part)
        shown[slot] = found
    return shown
