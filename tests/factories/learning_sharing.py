"""Texts that are shared in the network, in any state: one factory per kind, found by the matrix of who reads what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from foundation.accounts.models import User
from foundation.core import clock
from foundation.municipalities.models import OfficialMunicipality
from learning_network.enums import PieceKind, SharedState, Visibility
from learning_network.models import (
    AdviceRequest,
    Answer,
    AnswerVersion,
    Intention,
    Lesson,
    Practice,
    Programme,
    RedThread,
    RedThreadVersion,
    Shared,
    Tool,
)

Place = dict[str, Any]


def _common(place: Place, visibility: str, state: str) -> dict[str, Any]:
    return {
        **place,
        "visibility": visibility,
        "state": state,
        "shared_at": None if state == SharedState.DRAFT else timezone.now(),
    }


def place(
    programme: Programme | None, municipality: OfficialMunicipality | None = None, author: User | None = None
) -> Place:
    """Whose text it is."""
    return {"programme": programme, "municipality": municipality, "author": author}


def practice(
    where: Place, *, visibility: str = Visibility.EVERYONE, state: str = SharedState.SHARED, **fields: Any
) -> Practice:
    """A practice that says something on every point."""
    told = {
        "title": "Bewoners beheren de kinderboerderij",
        "summary": "Een stichting van bewoners nam de kinderboerderij over.",
        "handed_over": "Beheer, budget en sleutels.",
        "obstacles": "De verzekering wilde eerst niet.",
        "result": "Meer bezoekers, minder kosten.",
        "again": "Eerder met de raad praten.",
        "present_cost_cents": 12_000_000,
        "budget_cents": 9_000_000,
        "saving_cents": 3_000_000,
        **fields,
    }
    return Practice.objects.create(**_common(where, visibility, state), **told)


def lesson(
    where: Place, *, visibility: str = Visibility.EVERYONE, state: str = SharedState.SHARED, **fields: Any
) -> Lesson:
    """A lesson of what went wrong."""
    told = {
        "title": "Regel de verzekering voor de sleutels",
        "outcome": "failure",
        "learned": "Zonder verzekering durft niemand te tekenen.",
        "advice": "Bel in de eerste week met de verzekeraar.",
        **fields,
    }
    return Lesson.objects.create(**_common(where, visibility, state), **told)


def answer(where: Place, *, visibility: str = Visibility.LAB, state: str = SharedState.SHARED, **fields: Any) -> Answer:
    """An answer to the first learning question of its programme."""
    told = {"text": "Het groen en de speeltuin.", **fields}
    told.setdefault("question", where["programme"].questions.order_by("number")[0])
    row = Answer.objects.create(**_common(where, visibility, state), **told)
    AnswerVersion.objects.create(answer=row, number=1, text=row.text, by=row.author)
    return row


def red_thread(
    where: Place, *, visibility: str = Visibility.NETWORK, state: str = SharedState.SHARED, **fields: Any
) -> RedThread:
    """Red threads with one paragraph, published once where they were."""
    told = {"title": "Wat wij leerden", **fields}
    row = RedThread.objects.create(**_common(where, visibility, state), **told)
    if state != SharedState.DRAFT:
        pieces = [{"kind": PieceKind.TEXT.value, "text": "Begin klein.", "id": None}]
        RedThreadVersion.objects.create(thread=row, number=1, title=row.title, pieces=pieces)
    return row


def advice_request(
    where: Place, *, visibility: str = Visibility.NETWORK, state: str = SharedState.SHARED, **fields: Any
) -> AdviceRequest:
    """A question to the other municipalities."""
    told = {
        "title": "Hoe regelen jullie de verzekering?",
        "situation": "Wij willen sleutels geven.",
        "wants": "Een voorbeeld van een polis.",
        "until": clock.today() + timedelta(days=30),
        **fields,
    }
    return AdviceRequest.objects.create(**_common(where, visibility, state), **told)


def tool(where: Place, *, visibility: str = Visibility.NETWORK, state: str = SharedState.SHARED, **fields: Any) -> Tool:
    """A tool of the toolbox."""
    told = {"title": "Rondje langs de velden", "summary": "Praat met tien mensen.", **fields}
    told = {"situation": "Bij het begin.", "steps": "Bel\nPraat", "confirmed_at": timezone.now(), **told}
    return Tool.objects.create(**_common(where, visibility, state), **told)


def intention(
    where: Place, *, visibility: str = Visibility.NETWORK, state: str = SharedState.SHARED, **fields: Any
) -> Intention:
    """What a municipality will do; one per municipality in a programme."""
    told = {"what": "Wij gaan door.", **fields}
    return Intention.objects.create(**_common(where, visibility, state), **told)


# A kind of text that is shared, and how to make one: ``make(place, visibility=…, state=…)``. A kind without one fails
# ``tests/learning_network/test_visibility_matrix.py``.
FACTORIES: dict[type[Shared], Callable[..., Shared]] = {
    Practice: practice,
    Lesson: lesson,
    Answer: answer,
    RedThread: red_thread,
    AdviceRequest: advice_request,
    Tool: tool,
    Intention: intention,
}
