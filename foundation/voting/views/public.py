"""The votes of a municipality for everybody: the list, and one ballot with its projects."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_safe

from foundation.core import clock
from foundation.core.text import render_markdown
from foundation.municipalities.tenancy import MunicipalityRequest
from foundation.voting.enums import Electorate
from foundation.voting.models import Ballot
from foundation.voting.queries import ballots as ballot_queries
from foundation.voting.queries import eligibility, results_visible
from foundation.voting.views._shared import code_key, move_card, public_ballot, voter


@require_safe
def index(request: MunicipalityRequest) -> HttpResponse:
    """What is open now, what comes, what was."""
    now = clock.now()
    lists = ballot_queries.lists(request.municipality, now)
    past = Paginator(lists.past, 20).get_page(request.GET.get("page"))
    return render(request, "voting/index.html", {"lists": lists, "past": past, "now": now})


@require_safe
def detail(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """What it is about, who may vote, until when, and all projects."""
    now = clock.now()
    ballot = public_ballot(request, slug, now)
    options = ballot_queries.options_of(ballot)
    may = eligibility.check(ballot, voter(request, ballot) or request.user, now)
    return render(
        request,
        "voting/detail.html",
        {
            "ballot": ballot,
            "question": render_markdown(ballot.question),
            "now": now,
            "phases": ballot_queries.phases(ballot, now),
            "card": move_card(ballot, may, now),
            "limit_text": ballot_queries.limit_text(ballot),
            "rule_text": ballot_queries.rule_text(ballot.rule),
            "settings_text": ballot_queries.settings_text(ballot),
            "areas": [row.area for row in ballot.ballot_areas.select_related("area").order_by("area__name")],
            "result_visible": results_visible(ballot, request.user, now),
            **arrangement(request, ballot, options),
        },
    )


def arrangement(request: MunicipalityRequest, ballot: Ballot, options: list[Any], **more: Any) -> dict[str, Any]:
    """The options as this visitor asks for them: ``shown``, and what was asked (``sort``, ``search``, ``area``)."""
    sort = request.GET.get("volgorde", "")
    sort = sort if sort in ballot_queries.SORTS else "random"
    search, area = request.GET.get("zoek", "")[:80].strip(), request.GET.get("buurt", "")
    theme, cost = request.GET.get("thema", "")[:80], request.GET.get("kosten", "")
    most = int(cost) if cost.isdecimal() and len(cost) < 16 and ballot.spends else None
    return {
        "options": options,
        "shown": ballot_queries.arranged(
            options,
            sort=sort,
            seed=order_seed(request, ballot),
            search=search,
            area=area,
            theme=theme,
            most_cents=most,
            **more,
        ),
        "sort": sort,
        "search": search,
        "area": area,
        "theme": theme,
        "most_cents": most,
        "filtered": bool(search or area or theme or most is not None),
        "option_themes": sorted({o.category for o in options if o.category}, key=str.casefold),
        "cost_steps": ballot_queries.cost_steps([o.cost_cents for o in options]) if ballot.spends else [],
        "option_areas": sorted({o.area for o in options if o.area is not None}, key=lambda area: area.name),
    }


def order_seed(request: MunicipalityRequest, ballot: Ballot) -> str:
    """Who is logged in keeps their own order; for a reader without account, who gets no cookie, it changes each day."""
    who = f"user:{request.user.pk}" if request.user.is_authenticated else f"day:{clock.today()}"
    if ballot.electorate == Electorate.CODES and settings.SESSION_COOKIE_NAME in request.COOKIES:
        who = f"code:{request.session[code_key(ballot)]}" if code_key(ballot) in request.session else who
    return salted_hmac("foundation.voting.order", f"{ballot.pk}:{who}", algorithm="sha256").hexdigest()


@require_safe
def rules_json(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The frozen rules, byte for byte what their hash is of; from opening on."""
    ballot = public_ballot(request, slug, clock.now())
    if not ballot.rules_json:
        raise Http404
    return HttpResponse(ballot.rules_json.encode(), content_type="application/json; charset=utf-8")


@require_safe
def picture(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """The picture of an option: for everybody once the ballot is announced, before that for its staff."""
    ballot = ballot_queries.public_ballot(request.municipality, slug)
    hidden = ballot is None
    if ballot is None and request.user.has_perm("voting.see_ballots", request.municipality):
        ballot = Ballot.objects.for_municipality(request.municipality).filter(slug=slug).first()
    option = None if ballot is None else ballot.options.filter(number=number).exclude(picture="").first()
    name = "" if option is None else option.picture.name or ""
    if option is None or not name or not option.picture.storage.exists(name):
        raise Http404
    kind = "image/png" if name.endswith(".png") else "image/jpeg"
    with option.picture.open("rb") as file:
        answer = HttpResponse(file.read(), content_type=kind)
    # The address changes with the picture; what is not announced yet stays out of shared caches.
    answer["Cache-Control"] = "private, no-store" if hidden else "public, max-age=31536000, immutable"
    return answer
