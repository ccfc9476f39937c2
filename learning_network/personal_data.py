"""What this app keeps of a person: for their export, and for erasing them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.translation import gettext_lazy

from foundation.accounts.personal_data import own_fields, register_eraser, register_exporter
from learning_network import personal_data_board, personal_data_exchange
from learning_network.models import (
    Agreement,
    AgreementNote,
    AnswerVersion,
    Member,
    NetworkLead,
    Participant,
    ProgrammeRole,
    RedThreadVersion,
    Shared,
)

if TYPE_CHECKING:
    from foundation.accounts.models import User


def declare() -> None:
    register_exporter("leernetwerk", export)
    register_eraser(
        erase,
        erases=gettext_lazy("Your places in learning programmes, your page in the network, and your name under texts."),
        keeps=gettext_lazy(
            "What you shared in the learning network stays, without your name: it is your municipality's."
        ),
    )


def shared_models() -> Iterator[type[Shared]]:
    """Every kind of text that is shared; one that is added later is found too."""
    for model in apps.get_app_config("learning_network").get_models():
        if issubclass(model, Shared):
            yield model


def export(user: User) -> dict[str, list[dict[str, Any]]]:
    """Places, roles, the page in the network, and every text with its own fields."""
    found: dict[str, list[dict[str, Any]]] = {
        "deelnames": [
            {
                "programma": row.enrolment.programme.title,
                "gemeente": row.enrolment.municipality.name,
                "rol": str(row.get_role_display()),
                "functie": row.function,
                "sinds": row.joined_at,
                "spelregels": [one.rules.number for one in row.acceptances.all()],
            }
            for row in Participant.objects.filter(user=user)
            .select_related("enrolment__programme", "enrolment__municipality")
            .prefetch_related("acceptances__rules")
        ],
        "rollen": [
            {"programma": row.programme.title, "rol": str(row.get_kind_display()), "sinds": row.since}
            for row in ProgrammeRole.objects.filter(user=user).select_related("programme")
        ],
        "netwerk": [
            {
                "gemeente": str(row.municipality or ""),
                "functie": row.function,
                "interesses": row.interests,
                "over": row.about,
                "op de lijst": row.is_listed,
                "sinds": row.since,
            }
            for row in Member.objects.filter(user=user).select_related("municipality")
        ],
    }
    found["wervingsbord"] = personal_data_board.export(user)
    found["brieven"] = personal_data_board.letters_of(user)
    found |= personal_data_exchange.export(user)
    found["vervolgafspraken"] = [
        {"afspraak": row.what, "programma": row.programme.title, "gemaakt": row.created_at}
        for row in Agreement.objects.filter(author=user).select_related("programme")
    ]
    found["over vervolgafspraken"] = [
        {"afspraak": row.agreement.what, "verteld": row.text, "op": row.at}
        for row in AgreementNote.objects.filter(by=user).select_related("agreement")
    ]
    found["eerdere antwoorden"] = [
        {"vraag": row.answer.question.text, "antwoord": row.text, "bewaard": str(row.saved_at)}
        for row in AnswerVersion.objects.filter(by=user).select_related("answer__question")
    ]
    for model in shared_models():
        rows = model._default_manager.filter(author=user)
        found[str(model._meta.verbose_name_plural)] = [own_fields(row) for row in rows]
    return found


def erase(user: User) -> None:
    """Take the person out of programmes and network, and the name off texts; the texts stay."""
    personal_data_board.erase(user)
    personal_data_exchange.erase(user)
    ProgrammeRole.objects.filter(user=user).delete()
    NetworkLead.objects.filter(user=user).delete()
    Member.objects.filter(user=user).delete()
    Participant.objects.filter(user=user).delete()
    AnswerVersion.objects.filter(by=user).update(by=None)
    RedThreadVersion.objects.filter(by=user).update(by=None)
    for model in shared_models():
        model._default_manager.filter(author=user).update(author=None)
    Agreement.objects.filter(author=user).update(author=None)
    AgreementNote.objects.filter(by=user).update(by=None)
