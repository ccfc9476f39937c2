"""What the steps of the wizard share: a ballot that may still change, the page of a step, and saving."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from foundation.core import clock
from foundation.municipalities.tenancy import MunicipalityRequest
from foundation.voting.errors import VotingError
from foundation.voting.models import Ballot
from foundation.voting.queries import staff as staff_queries
from foundation.voting.queries.wording import words_of
from foundation.voting.services import ballots
from foundation.voting.views._shared import staff_ballot


def editable(request: MunicipalityRequest, slug: str) -> Ballot | None:
    ballot = staff_ballot(request, slug)
    if ballot.is_editable and not ballot.takes_votes(clock.now()):
        return ballot
    messages.error(request, _("The vote has opened: its rules are frozen and can't be changed any more."))
    return None


TEMPLATES = {
    "basics": "voting/staff/basics.html",
    "projects": "voting/staff/projects.html",
    "pictures": "voting/staff/pictures.html",
    "picture": "voting/staff/picture.html",
    "rules": "voting/staff/rules.html",
    "who_and_when": "voting/staff/who_and_when.html",
    "wizard_check": "voting/staff/wizard_check.html",
}


def page(request: MunicipalityRequest, name: str, ballot: Ballot, **context: Any) -> HttpResponse:
    steps = staff_queries.steps(ballot, "projects" if name in ("pictures", "picture") else name)
    return render(request, TEMPLATES[name], {"ballot": ballot, "steps": steps, "words": words_of(ballot), **context})


def save(form: Any, ballot: Ballot, request: MunicipalityRequest, fields: dict[str, Any], **more: Any) -> bool:
    """Ask the service; what it refuses is told in the form."""
    try:
        ballots.change(ballot=ballot, by=request.user, **fields, **more)
    except ValidationError as error:
        for name, errors in error.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    except VotingError as error:
        form.add_error(None, str(error))
    return not form.errors
