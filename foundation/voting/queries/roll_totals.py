"""The totals of the roll as they are signed at the count and published: how many, never who, nothing of small groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from foundation.voting.enums import CodeState, Electorate
from foundation.voting.models import VotingCode
from foundation.voting.queries.paper import envelopes, takes_paper
from foundation.voting.queries.turnout import publishable_turnout, turnout

if TYPE_CHECKING:
    from foundation.voting.models import Ballot


def roll_totals(ballot: Ballot) -> dict[str, Any]:
    """What is published of the roll of a ballot that was opened.

    Returns:
        ``voters``: lines of the roll. ``entitled``: how many might vote, None where nobody knows it. ``areas``: area code to
        its figures, for areas that may be shown: ``voters``, and ``codes_sent`` in a vote with codes. ``codes`` (in such a
        vote): ``sent``, also those that were ``replaced`` or ``blocked`` later (blocking does not undo a vote that was cast),
        and ``used``. ``paper`` (where paper counts): envelopes that were let in, each a line of the roll.
    """
    voters = turnout(ballot)
    areas = {code: {"voters": number} for code, number in publishable_turnout(ballot).items()}
    totals: dict[str, Any] = {"voters": voters, "entitled": _entitled(ballot), "areas": areas}
    if ballot.frozen["electorate"]["kind"] == Electorate.CODES:
        sent, totals["codes"] = _codes(ballot, voters)
        totals["entitled"] = totals["codes"]["sent"] - totals["codes"]["replaced"]
        for code, figures in areas.items():
            figures["codes_sent"] = sent.get(code, 0)
    if takes_paper(ballot):
        totals["paper"] = envelopes(ballot)
    return totals


def _entitled(ballot: Ballot) -> int | None:
    """Members of the group, or the number that staff filled in because the counting rule needs it."""
    electorate = ballot.frozen["electorate"]
    if group := electorate.get("group"):
        return int(group["members"])
    filled_in = ballot.frozen["rule"]["settings"].get("electorate")
    return int(filled_in) if filled_in else None


def _codes(ballot: Ballot, voters: int) -> tuple[dict[str, int], dict[str, int]]:
    """Letters sent by area of their batch, and the codes of the whole ballot. Each line of such a roll is a used code."""
    rows = list(
        VotingCode.objects.filter(ballot=ballot)
        .values("batch__area__code")
        .annotate(
            sent=Count("pk"),
            blocked=Count("pk", filter=Q(state=CodeState.BLOCKED)),
            replaced=Count("pk", filter=Q(state=CodeState.REPLACED)),
        )
    )
    sent = {row["batch__area__code"]: row["sent"] for row in rows if row["batch__area__code"]}
    whole = {key: sum(row[key] for row in rows) for key in ("sent", "blocked", "replaced")}
    return sent, {**whole, "used": voters}
