"""What the pages of proposals show; the same number of queries for any length."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from foundation.core.drawings import drawn_once
from foundation.core.templatetags.aanzet import card
from foundation.core.wording import euro, whole
from participation.enums_proposals import LIVING, USUAL_CRITERIA, MergerState, ProposalState
from participation.models import CheckPoints, Maker, Merger, Process, Proposal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.safestring import SafeString

    from foundation.accounts.models import User

_S = ProposalState
# As a reader looks for them; the code stands in the address.
STAGES: dict[str, tuple[Any, Q]] = {
    "meedoet": (gettext_lazy("In the running"), Q(state__in=LIVING)),
    "haalbaar": (gettext_lazy("Feasible"), Q(state=_S.FEASIBLE)),
    "niet-haalbaar": (gettext_lazy("Not feasible"), Q(state=_S.NOT_FEASIBLE)),
    "gewonnen": (gettext_lazy("Won the vote"), Q(won=True)),
    "gestopt": (gettext_lazy("Withdrawn or merged"), Q(state__in=[_S.WITHDRAWN, _S.MERGED])),
}
SORTS: dict[str, Any] = {
    "nieuw": gettext_lazy("Newest first"),
    "steun": gettext_lazy("Most support first"),
    "gesprek": gettext_lazy("Most discussed first"),
    "kosten": gettext_lazy("Lowest cost first"),
}
ORDERS: dict[str, tuple[Any, ...]] = {
    "nieuw": ("-submitted_at", "-pk"),
    "steun": ("-supporters_total", "-pk"),
    "gesprek": (F("thread__visible_count").desc(nulls_last=True), "-pk"),
    "kosten": (F("cost_cents").asc(nulls_last=True), "-pk"),
}
# State -> look and icon of its badge.
LOOKS: dict[str, tuple[str, str]] = {
    _S.DRAFT: ("", "pencil"),
    _S.SUBMITTED: ("info", "send"),
    _S.IN_CHECK: ("info", "building-community"),
    _S.FEASIBLE: ("success", "check"),
    _S.IF_CHANGED: ("warning", "edit"),
    _S.NOT_FEASIBLE: ("error", "x"),
    _S.WITHDRAWN: ("", "arrow-left"),
    _S.MERGED: ("", "arrow-right"),
}
LEAN = ("search", "text", "cost_text", "answer", "state_reason", "neighbourhood__geometry")


@dataclass(frozen=True)
class Wish:
    """What a reader asked for; "" where they asked nothing."""

    text: str = ""
    stage: str = ""
    area: str = ""
    category: str = ""
    sort: str = ""

    @classmethod
    def of(cls, asked: Any) -> Wish:
        """From the parameters of an address; what is not known counts as not asked."""
        stage, sort = asked.get("stand", ""), asked.get("volgorde", "")
        return cls(
            text=asked.get("zoek", "").replace("\x00", "").strip()[:120],
            stage=stage if stage in STAGES else "",
            area=asked.get("buurt", "").replace("\x00", "")[:10],
            category=asked.get("thema", "").replace("\x00", "")[:80],
            sort=sort if sort in SORTS else "",
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.text or self.stage or self.area or self.category)


def find(process: Process, wish: Wish) -> QuerySet[Proposal]:
    """The public proposals that fit: without a wish those in the running, by the newest."""
    rows = Proposal.objects.filter(process=process).public()
    rows = rows.filter(STAGES[wish.stage or "meedoet"][1])
    if wish.area:
        rows = rows.filter(neighbourhood__code=wish.area)
    if wish.category:
        rows = rows.filter(category=wish.category)
    order = ORDERS[wish.sort or "nieuw"]
    if wish.text:
        words = SearchQuery(wish.text, config="dutch", search_type="websearch")
        rows = rows.filter(search=words)
        if not wish.sort:
            rows, order = rows.annotate(rank=SearchRank(F("search"), words)), ("-rank", "-pk")
    return for_cards(rows).order_by(*order)


def for_cards(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """With what a card shows, and only that."""
    found: QuerySet[Proposal] = rows.select_related("neighbourhood", "thread").defer(*LEAN)
    return found


@dataclass(frozen=True)
class Overview:
    """``themes`` that proposals have; how many fit a wish, None where only looking for them tells."""

    themes: list[str]
    total: int | None


def overview(process: Process, wish: Wish) -> Overview:
    """What stands above the list; one query."""
    fits = Count("pk", filter=STAGES[wish.stage or "meedoet"][1])
    rows = Proposal.objects.filter(process=process).public().order_by()
    found = list(rows.values_list("category").annotate(n=fits).order_by("category"))
    known = not (wish.text or wish.area or wish.category)
    return Overview([name for name, _n in found if name][:100], sum(n for _name, n in found) if known else None)


def badge(proposal: Proposal) -> tuple[str, str, str]:
    """Words, look and icon of how far it is."""
    return _badge(proposal.state, proposal.won)


def _badge(state: str, won: bool | None) -> tuple[str, str, str]:
    if won:
        return str(_("Won the vote")), "success", "circle-check"
    if won is False:
        return str(_("Did not win the vote")), "", "circle"
    words = str(_S(state).label)
    return words[:1].upper() + words[1:], *LOOKS[state]


def cards(rows: QuerySet[Proposal], process: Process, *, level: int = 3) -> list[SafeString]:
    """The cards of these proposals, each drawn once for what stands on it.

    Args:
        level: of the heading on a card.
    """
    shown = rows.values_list(
        *("pk", "title", "summary", "state", "won", "supporters_total", "cost_cents", "municipal_cost_cents"),
        *("thread__visible_count", "neighbourhood__name", "picture", "picture_alt"),
    )
    return [_card(level, process.municipality.slug, process.slug, *values) for values in shown]


@drawn_once
def _card(
    level: int,
    municipality: str,
    process: str,
    pk: int,
    title: str,
    summary: str,
    state: str,
    won: bool | None,
    supporters: int,
    cost_cents: int | None,
    municipal_cost_cents: int | None,
    talk: int | None,
    neighbourhood: str | None,
    picture: str,
    picture_alt: str,
) -> SafeString:
    words, look, icon = _badge(state, won)
    facts = [
        {
            "icon": "thumb-up",
            "text": ngettext("%(n)s supporter", "%(n)s supporters", supporters) % {"n": whole(supporters)},
        }
    ]
    known = cost_cents if municipal_cost_cents is None else municipal_cost_cents
    if known is not None:
        facts.append({"icon": "coins", "text": euro(known)})
    if talk:
        facts.append(
            {"icon": "message-2", "text": ngettext("%(n)s comment", "%(n)s comments", talk) % {"n": whole(talk)}}
        )
    if neighbourhood is not None:
        facts.append({"icon": "map-pin", "text": neighbourhood})
    return card(
        reverse("participation:proposal", args=[municipality, process, pk]),
        title,
        text=summary,
        badge_text=words,
        badge_kind=look,
        badge_icon=icon,
        facts=facts,
        image_url=_picture_url(municipality, process, pk, picture),
        image_alt=picture_alt,
        level=level,
    )


def picture_url(proposal: Proposal) -> str:
    """The address of its picture; "" without one."""
    process = proposal.process
    return _picture_url(process.municipality.slug, process.slug, proposal.pk, proposal.picture.name or "")


def _picture_url(municipality: str, process: str, pk: int, picture: str) -> str:
    if not picture:
        return ""
    return reverse("participation:proposal_picture", args=[municipality, process, pk, PurePosixPath(picture).name])


def one(process: Process, pk: int, user: Any) -> Proposal | None:
    """The proposal at this address, if this person may read it."""
    staff = user.is_authenticated and user.has_perm("participation.see_work", process.municipality)
    found: Proposal | None = (
        Proposal.objects.filter(process=process)
        .visible_to(user, staff=staff)
        .select_related("neighbourhood", "merged_into", "thread")
        .defer("search", "neighbourhood__geometry", "merged_into__text")
        .filter(pk=pk)
        .first()
    )
    if found is not None:
        found.process = process
        if found.thread is not None:
            found.thread.municipality = process.municipality
    return found


def merged_from(proposal: Proposal) -> list[Proposal]:
    """The proposals that this one was made from, without those that are off the site."""
    rows = proposal.merged_from.filter(hidden_at=None).select_related("process__municipality")
    return list(rows.defer(*LEAN[:-1]))


def mine(process: int, user: Any) -> list[Proposal]:
    """What this person makes in the process with this key, drafts first."""
    if not user.is_authenticated:
        return []
    rows = Proposal.objects.filter(process=process, makers__user=user)
    return list(for_cards(rows).order_by(F("submitted_at").desc(nulls_first=True), "-pk"))


def makers_of(proposal: Proposal) -> list[Maker]:
    return list(proposal.makers.select_related("user"))


def mergers_for(user: Any, process: int) -> list[Merger]:
    """The plans in the process with this key on which this person still has to answer."""
    if not user.is_authenticated:
        return []
    rows = Merger.objects.filter(process=process, state=MergerState.ASKED)
    return list(rows.filter(consents__user=user, consents__agrees=None).distinct())


def totals(process: Process) -> dict[str, int]:
    """How many proposals of each state were handed in, hidden ones left out; ``all`` of them, ``won`` of them."""
    rows = Proposal.objects.filter(process=process).public().order_by()
    found = dict(rows.values_list("state").annotate(n=Count("pk")))
    return {**{str(state): found.get(state, 0) for state in ProposalState.values}, "all": sum(found.values())}


# --- The desk ------------------------------------------------------------------------------------------------------------


def points_of(process: Process) -> tuple[list[str], int]:
    """On which points proposals are checked, and the version of that list (0: the usual points)."""
    there = CheckPoints.objects.filter(process=process).first()
    if there is None:
        return [str(point) for point in USUAL_CRITERIA], 0
    return list(there.points), there.version


def work(process: Process, chosen: Mapping[str, Any], user: User) -> QuerySet[Proposal]:
    """The proposals that staff works on: everything handed in, also what is off the site.

    Args:
        chosen: cleaned values of the filter: ``staat``, ``wie`` ("mij", "niemand"), ``sector``, ``zoek``.
    """
    rows = Proposal.objects.filter(process=process).exclude(submitted_at=None)
    if chosen.get("staat"):
        rows = rows.filter(state=chosen["staat"])
    if chosen.get("wie") == "mij":
        rows = rows.filter(handler=user)
    elif chosen.get("wie") == "niemand":
        rows = rows.filter(handler=None, state__in=LIVING)
    if chosen.get("sector"):
        rows = rows.filter(sector=chosen["sector"])
    if chosen.get("zoek"):
        words = SearchQuery(chosen["zoek"], config="dutch", search_type="websearch")
        rows = rows.filter(Q(search=words) | Q(title__icontains=chosen["zoek"]))
    found: QuerySet[Proposal] = (
        rows.select_related("neighbourhood", "handler", "sector", "thread", "process__municipality")
        .defer(*LEAN)
        .order_by("-submitted_at", "-pk")
    )
    return found


def export_head() -> list[str]:
    return [
        pgettext("which one", "Number"),
        _("Title"),
        _("State"),
        _("Theme"),
        _("Neighbourhood"),
        _("Cost according to the makers"),
        _("Cost according to the municipality"),
        _("Supporters"),
        _("Comments"),
        _("Sector"),
        _("Checked by"),
        _("Handed in on"),
        _("Address"),
    ]


def export_rows(rows: QuerySet[Proposal], site_url: str) -> Iterator[list[Any]]:
    """One line per proposal for a spreadsheet; amounts in euros."""
    for row in rows.iterator(chunk_size=500):
        yield [
            row.pk,
            row.title,
            str(row.get_state_display()),
            row.category,
            row.neighbourhood.name if row.neighbourhood else "",
            "" if row.cost_cents is None else row.cost_cents / 100,
            "" if row.municipal_cost_cents is None else row.municipal_cost_cents / 100,
            row.supporters_total,
            row.thread.visible_count if row.thread else 0,
            row.sector.name if row.sector else "",
            str(row.handler) if row.handler else "",
            row.submitted_at.date() if row.submitted_at else "",
            f"{site_url}{row.get_absolute_url()}",
        ]


def living_choices(process: Process) -> Iterable[Proposal]:
    """What can be merged: public, in the running."""
    rows = Proposal.objects.filter(process=process).public().living()
    return rows.defer(*LEAN[:-1]).order_by("title", "pk")
