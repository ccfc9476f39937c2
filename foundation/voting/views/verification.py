"""What anybody can check of a vote: the public log, the place of one's own vote in it, the bundle and its verifier."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from foundation.core import clock, ratelimit
from foundation.municipalities.tenancy import MunicipalityRequest
from foundation.voting.models import Ballot
from foundation.voting.queries import bundle, public_log, results_visible
from foundation.voting.services import guessing
from foundation.voting.verifier import recount
from foundation.voting.views._shared import public_ballot

PER_PAGE = 50
VERIFIER = Path(recount.__file__)


@require_safe
def explain(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """In one minute: what can be checked of this vote, and by whom."""
    now = clock.now()
    ballot = public_ballot(request, slug, now)
    visible = results_visible(ballot, request.user, now)
    return render(
        request, "voting/verify.html", {"ballot": ballot, "visible": visible, "has_bundle": bundle.has_bundle(ballot)}
    )


@require_safe
def log(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The heads of the public log, newest first, on a page that can be printed."""
    ballot = public_ballot(request, slug, clock.now())
    heads = Paginator(public_log.heads(ballot), PER_PAGE).get_page(request.GET.get("page"))
    hour = public_log.hours(ballot).first()
    key = ballot.frozen.get("log", {}).get("public_key", "")
    return render(request, "voting/log.html", {"ballot": ballot, "heads": heads, "public_key": key, "hour": hour})


@require_safe
def log_json(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """All heads, for programs of observers."""
    ballot = public_ballot(request, slug, clock.now())
    return JsonResponse(public_log.record(ballot), json_dumps_params={"indent": 1})


@require_safe
def log_entries(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """All commitments in the order of the log, one a line: with them anybody can compute the roots."""
    ballot = public_ballot(request, slug, clock.now())
    text = "".join(f"{entry}\n" for entry in public_log.entries(ballot))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def log_rss(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The newest heads, so that they come to stand outside this portal. The day is all they tell of time."""
    ballot = public_ballot(request, slug, clock.now())
    here = reverse("voting:log", args=[request.municipality.slug, ballot.slug])
    link = request.build_absolute_uri(here)
    feed = Rss201rev2Feed(
        title=_("Public log: %(title)s") % {"title": ballot.title},
        link=link,
        description=_("The signed heads of the public log of this vote."),
        language="nl",
    )
    for head in public_log.heads(ballot)[:PER_PAGE]:
        feed.add_item(
            title=ngettext("Head %(number)d: %(size)d vote", "Head %(number)d: %(size)d votes", head.size)
            % {"number": head.number, "size": head.size},
            link=link,
            description=f"{head.name} {head.root} {head.signature}",
            unique_id=head.name,
            unique_id_is_permalink=False,
            pubdate=datetime.combine(head.day, time(), tzinfo=UTC),
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")


@csrf_exempt  # it changes nothing, and a reader gets no cookie
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Where the vote of a receipt stands. The code is posted, so that no address and no log of addresses holds it."""
    now = clock.now()
    ballot = public_ballot(request, slug, now)
    visible = results_visible(ballot, None, now)
    context: dict[str, Any] = {"ballot": ballot, "visible": visible}
    wait = 0
    if request.method == "POST":
        typed = request.POST.get("code", "")[:40]
        place = public_log.find(ballot, typed, with_choices=visible)
        context |= {"typed": typed, "place": place}
        if place.status == "unknown":
            wait = guessing.wrong_receipt(ballot=ballot, who=ratelimit.household(request))
        if place.choices is not None:
            context["line"] = f"{place.code};{place.choices}"
            context["chosen"] = _chosen(ballot, place.choices)
    answer = render(request, "voting/proof.html", {**context, "wait": wait}, status=429 if wait else 200)
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


def _chosen(ballot: Ballot, choices: str) -> list[str]:
    """The options in the text of a paper, with the points or the grade given."""
    titles = {str(option["number"]): option["title"] for option in ballot.frozen["options"]}
    found = []
    for item in choices.split(",") if choices else []:
        number, given = (re.fullmatch(r"(\d+)(?::(\d+))?", item) or re.fullmatch(r"()(.*)", item)).groups()  # type: ignore[union-attr]
        title = titles.get(number, item)
        if given is not None and number:
            scale = ballot.frozen.get("scale") or []
            given = scale[int(given)] if int(given) < len(scale) else given
            title = f"{title}: {given}"
        found.append(title)
    return found


@require_safe
def bundle_zip(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Everything that is published in one file; only where the gate lets results be seen."""
    now = clock.now()
    ballot = public_ballot(request, slug, now)
    if not results_visible(ballot, request.user, now) or not bundle.has_bundle(ballot):
        raise Http404
    response = HttpResponse(bundle.bundle(ballot), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{ballot.slug}.zip"'
    return response


@require_safe
def verifier(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The program that checks the bundle: one file that needs nothing of this portal."""
    public_ballot(request, slug, clock.now())
    response = HttpResponse(VERIFIER.read_bytes(), content_type="text/x-python; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="recount.py"'
    return response
