"""Fetching a process, a phase, and the menu of the staff pages."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.municipalities.tenancy import MunicipalityRequest
from participation.models import Phase, Process
from participation.queries import processes as queries


def process_or_404(request: MunicipalityRequest, slug: str) -> Process:
    """The process that this visitor may read, with its phases and areas.

    Raises:
        Http404: there is none, or it is in preparation and not theirs to know.
    """
    found = queries.one(request.municipality, slug, request.user)
    if found is None:
        raise Http404
    return found


def phase_or_404(process: Process, number: int) -> Phase:
    """The phase with this number.

    Raises:
        Http404: there is none.
    """
    for phase in process.phases.all():
        if phase.number == number:
            phase.process = process
            return phase
    raise Http404


def staff_process(request: MunicipalityRequest, slug: str) -> Process:
    """A process of this municipality, for a page behind the door of the back office.

    Raises:
        Http404: there is none at this address.
    """
    rows = Process.objects.for_municipality(request.municipality).filter(slug=slug)
    found: Process | None = (
        rows.select_related("municipality", "sector", "copied_from").prefetch_related("phases", "areas").first()
    )
    if found is None:
        raise Http404
    return found


def staff_menu(process: Process, here: str) -> list[dict[str, Any]]:
    """The pages of one process in the back office, with the one that is open marked."""
    base = [process.municipality.slug, process.slug]
    pages = [
        ("overzicht", _("Overview"), reverse("participation:staff", args=base)),
        ("plan", _("Plan"), reverse("participation:plan", args=base)),
        ("fasen", _("Phases"), reverse("participation:phases", args=base)),
        ("mensen", _("People"), reverse("participation:people", args=base)),
        ("voorstellen", _("Proposals"), reverse("participation:proposal_work", args=base)),
        ("antwoorden", _("Answers"), reverse("participation:staff_answers", args=base)),
        ("evaluatie", _("Evaluation"), reverse("participation:evaluation", args=base)),
        ("verslag", _("Final report"), reverse("participation:staff_report", args=base)),
    ]
    return [{"name": name, "label": label, "url": url, "here": name == here} for name, label, url in pages]


def home(process: Any) -> str:
    return reverse("participation:staff", args=[process.municipality.slug, process.slug])
