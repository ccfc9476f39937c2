"""Fetching a ballot for a page, with what the clock asks of it done first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from foundation.municipalities.tenancy import MunicipalityRequest
from foundation.voting.codes import CodeVoter
from foundation.voting.enums import BallotState, Electorate
from foundation.voting.models import Ballot
from foundation.voting.queries import ballots as ballot_queries
from foundation.voting.queries import codes as code_queries
from foundation.voting.queries.eligibility import Eligibility
from foundation.voting.services import ballots


def public_ballot(request: MunicipalityRequest, slug: str, now: datetime) -> Ballot:
    """A ballot that residents may see; the first visitor after opening or closing time moves its state."""
    ballot = ballot_queries.public_ballot(request.municipality, slug)
    if ballot is not None and ballot.is_due(now) and ballots.advance(ballot_id=ballot.pk, now=now):
        ballot = ballot_queries.public_ballot(request.municipality, slug)
    if ballot is None:
        raise Http404
    return ballot


def code_key(ballot: Ballot) -> str:
    """Where the session keeps the keyed hash of the code that was typed; never the code."""
    return f"stemcode-{ballot.pk}"


def voter(request: MunicipalityRequest, ballot: Ballot) -> Any:
    """Who votes here: the account, or in a ballot with codes the holder of the code that was typed. None: not known yet."""
    if ballot.electorate != Electorate.CODES:
        return request.user if request.user.is_authenticated else None
    # Who has no session gets none by reading: only a cookie that is there is looked at.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    kept = request.session.get(code_key(ballot), "")
    return code_queries.voter_of(ballot, bytes.fromhex(kept)) if kept else None


def identify(request: MunicipalityRequest, ballot: Ballot) -> HttpResponse:
    """Where somebody says who they are before voting: by logging in, or by typing their code."""
    if ballot.electorate == Electorate.CODES:
        return redirect("voting:code", request.municipality.slug, ballot.slug)
    return redirect_to_login(request.get_full_path())


def who_is_counted(person: Any) -> str:
    """Whose bucket, for the rate limit of casting."""
    return f"code:{person.fingerprint.hex()}" if isinstance(person, CodeVoter) else f"user:{person.pk}"


def staff_ballot(request: MunicipalityRequest, slug: str) -> Ballot:
    ballot = (
        Ballot.objects.for_municipality(request.municipality).select_related("municipality").filter(slug=slug).first()
    )
    if ballot is None:
        raise Http404
    return ballot


def move_card(ballot: Ballot, eligibility: Eligibility, now: datetime) -> dict[str, Any]:
    """Arguments of the move card on the page of a ballot: who is at the move, until when, and the one button."""
    slug = ballot.municipality.slug
    here = ballot.get_absolute_url()
    phase = ballot.phase(now)
    if phase == BallotState.CANCELLED:
        # Nothing to be glad of: no green, no tick.
        turn = _("This vote does not go ahead")
        return {"kind": "municipality", "turn": turn, "what": ballot.cancel_reason, "icon": "x"}
    if phase == BallotState.PUBLISHED:
        return {
            "kind": "done",
            "turn": _("The result is known"),
            "what": _("See which projects go ahead, and why.") if ballot.spends else _("See what was chosen, and why."),
            "url": reverse("voting:result", args=[slug, ballot.slug]),
            "action": _("See the result"),
        }
    if phase not in (BallotState.ANNOUNCED, BallotState.OPEN, BallotState.DRAFT):
        return {
            "kind": "municipality",
            "what": _("The vote is closed. The municipality counts the votes and checks the result."),
            "note": eligibility.text if eligibility.code == "voted_closed" else "",
        }
    card: dict[str, Any] = {"kind": "you", "what": eligibility.text, "until": ballot.closes_at}
    if phase != BallotState.OPEN:
        card |= {"kind": "municipality", "turn": _("You can vote soon"), "until": None}
        card["what"] = eligibility.text if eligibility.action else _("You may vote as soon as the vote opens.")
        card["note"] = (
            _("Until then you can read about the projects.")
            if ballot.spends
            else _("Until then you can read what it is about.")
        )
    if eligibility.action == "code":
        card |= {"url": reverse("voting:code", args=[slug, ballot.slug]), "action": _("Type your code")}
    elif eligibility.action == "login":
        card |= {"url": f"{reverse('account_login')}?{urlencode({'next': here})}", "action": _("Log in to vote")}
    elif eligibility.action == "join":
        place = reverse("voting:group_join", args=[slug, ballot.group_id])
        card |= {"url": f"{place}?{urlencode({'next': here})}", "action": _("Say that it is you")}
    elif eligibility.action:
        residency = f"/{slug}/mijn-buurt/?{urlencode({'next': here})}"
        words = _("Confirm where you live") if eligibility.action == "confirm" else _("Say where you live")
        card |= {"url": residency, "action": words}
    elif eligibility.may_vote:
        card |= {
            "what": _("Choose your projects and send in your vote. It takes about five minutes.")
            if ballot.spends
            else _("Make your choice and send in your vote. It takes about five minutes."),
            "url": reverse("voting:vote", args=[slug, ballot.slug]),
            "action": _("Vote now"),
        }
    elif eligibility.code == "voted":
        card |= {"kind": "done", "turn": _("You have voted"), "until": None}
        card["what"] = _("Your vote is in the ballot box. The result follows after the vote closes.")
        if ballot.allow_change:
            card["what"] = _("Your vote is in the ballot box. Until the vote closes you can change it with your proof.")
            card |= {"until": ballot.closes_at, "url": reverse("voting:change", args=[slug, ballot.slug])}
            card["action"] = _("Change your vote")
        elif ballot.electorate == Electorate.CODES:
            card["url"], card["action"] = reverse("voting:code", args=[slug, ballot.slug]), _("Vote with another code")
    elif eligibility.code == "no_member":
        turn = _("This vote is for members of a group")
        card |= {"kind": "municipality", "turn": turn, "until": None, "icon": "info-circle"}
    elif eligibility.code == "too_young":
        card |= {"kind": "municipality", "turn": _("You can't vote yet"), "icon": "info-circle"}
    return card
