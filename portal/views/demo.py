"""The pages of the demo: its people, its story, and the mails that were sent. They exist in the demo only."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foundation.municipalities.models import Municipality
from foundation.voting.models import Ballot
from portal.demo import mailbox as box
from portal.demo.logins import LOGINS, PASSWORD

SHOWN = 12


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Who one can be, and where the story is."""
    ballots = Ballot.objects.public().filter(municipality__published_at__isnull=False).select_related("municipality")
    return render(
        request,
        "portal/demo.html",
        {
            "people": LOGINS,
            "password": PASSWORD,
            "municipalities": Municipality.objects.published().order_by("pk")[:SHOWN],
            "ballots": ballots.defer("rules_json").order_by("municipality__pk", "-closes_at")[:SHOWN],
        },
    )


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """The mails that were sent, newest first."""
    return render(request, "portal/mailbox.html", {"mails": box.mails()})


@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail, as its plain text."""
    found = box.mail(name)
    if found is None:
        raise Http404
    return render(request, "portal/mail.html", {"mail": found})
