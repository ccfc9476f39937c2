"""What each reader has of their own on the pages of a process that are the same for everybody (``foundation.core.own``).

Slugs stand in what a filler is called with, so that none of them has to fetch the process.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from foundation.core.database import prepared
from foundation.core.drawings import drawn
from foundation.core.own import token
from participation.models import Endorsement
from participation.queries import proposals

_TOKEN = mark_safe("\x00t")  # stands in a kept drawing for the token of this reader


_FOLLOWS = "SELECT 1 FROM participation_follow WHERE user_id = %(person)s AND process_id = %(thing)s"
_SUPPORTS = "SELECT 1 FROM participation_proposalsupport WHERE user_id = %(person)s AND proposal_id = %(thing)s"
_MINE = """
    SELECT EXISTS (SELECT FROM participation_maker k JOIN participation_proposal p ON p.id = k.proposal_id
        WHERE k.user_id = %(person)s AND p.process_id = %(process)s),
    EXISTS (SELECT FROM participation_mergerconsent c JOIN participation_merger m ON m.id = c.merger_id
        WHERE c.user_id = %(person)s AND m.process_id = %(process)s)
"""


def _has(statement: str, person: int, thing: int) -> bool:
    return bool(prepared(statement, {"person": person, "thing": thing}, may_repeat=True))


def follow(request: HttpRequest, slug: str, process: str, pk: int) -> str:
    """Following a process, or no longer; for who is not logged in the way to do so."""
    user = request.user
    context = {
        "url": reverse("participation:follow", args=[slug, process]),
        "here": reverse("participation:detail", args=[slug, process]),
        "logged_in": user.is_authenticated,
        "follows": user.is_authenticated and _has(_FOLLOWS, user.pk, pk),
        "token": token(request),
    }
    return render_to_string("participation/_follow.html", context)


def mine(request: HttpRequest, slug: str, process: str, pk: int) -> str:
    """Above the list of proposals: one's own, and the plans to merge one that wait for an answer."""
    user = request.user
    if not user.is_authenticated:
        return ""
    makes, is_asked = prepared(_MINE, {"person": user.pk, "process": pk}, may_repeat=True)[0]
    if not makes and not is_asked:
        return ""
    context = {
        "slug": slug,
        "process_slug": process,
        "mine": proposals.mine(pk, user) if makes else [],
        "mergers": proposals.mergers_for(user, pk) if is_asked else [],
    }
    return render_to_string("participation/proposals/_mine.html", context)


def support(request: HttpRequest, slug: str, process: str, pk: int) -> str:
    """Supporting a proposal, or taking that back."""
    user = request.user
    context = {
        "url": reverse("participation:proposal_support", args=[slug, process, pk]),
        "here": reverse("participation:proposal", args=[slug, process, pk]),
        "logged_in": user.is_authenticated,
        "supports": user.is_authenticated and _has(_SUPPORTS, user.pk, pk),
        "token": token(request),
    }
    return render_to_string("participation/proposals/_support_form.html", context)


def endorse(request: HttpRequest, pk: int, problem: int, url: str, title: str, page: int) -> str:
    """Endorsing a problem in the list, or taking that back; nothing for who is not logged in.

    Args:
        pk: of the process. What somebody endorses in it is asked once for the whole list.
        url: of the problem. ``page``: of the list.
    """
    user = request.user
    if not user.is_authenticated:
        return ""
    known: tuple[frozenset[int], SafeString] | None = getattr(request, "_endorsed", None)
    if known is None:
        rows = Endorsement.objects.filter(user=user, problem__process=pk)
        known = frozenset(rows.values_list("problem_id", flat=True)), token(request)
        request._endorsed = known  # type: ignore[attr-defined]
    form = drawn(
        "participation/problems/_endorse.html",
        url=url,
        title=title,
        page=page,
        endorsed=problem in known[0],
        token=_TOKEN,
    )
    return form.replace(_TOKEN, known[1])
