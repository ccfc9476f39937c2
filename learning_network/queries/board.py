"""The recruitment board: which cards stand where, and what each shows. The number of queries is the same for 1 or 342."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core import clock, drawings
from foundation.core.wording import short_day
from foundation.municipalities.models import OfficialMunicipality
from learning_network.enums import STAGE_TRANSITIONS, LetterKind, Stage
from learning_network.models import Enrolment, Programme, SentLetter
from learning_network.queries import readiness

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from learning_network.queries.readiness import Picture

ORDERS = {
    "naam": ("municipality__name",),
    "stap": (F("next_step_on").asc(nulls_last=True), "municipality__name"),
    "langst": ("stage_since", "municipality__name"),
    "inwoners": (F("municipality__population").desc(nulls_last=True), "municipality__name"),
    "fase": ("stage", "municipality__name"),
}
NOTES_SHOWN = 90  # letters of the notes on a card


@dataclass(frozen=True)
class Card:
    """What a card shows of a municipality on its way."""

    row: Enrolment
    url: str
    days: int
    late: bool
    picture: Picture | None
    letters: dict[str, date]

    @property
    def since(self) -> str:
        """How long it has stood at this stage, in words."""
        if self.days == 0:
            return _("at this stage since today")
        return ngettext("%(days)d day at this stage", "%(days)d days at this stage", self.days) % {"days": self.days}

    @property
    def key(self) -> str:
        """The card and its version, as the form of the board sends it."""
        return f"{self.row.pk}:{self.row.version}"

    @property
    def drawn(self) -> SafeString:
        """The card as markup; drawn once per process for what it shows, for a board can hold 342."""
        row = self.row
        return drawings.drawn(
            "learning_network/board/_card.html",
            code=row.municipality_id,
            key=self.key,
            url=self.url,
            name=row.municipality.name,
            contact=row.contact_name,
            step=row.next_step,
            step_on=row.next_step_on,
            late=self.late,
            notes=self.notes,
            readiness=self.picture.in_short if self.picture else "",
            letters=self.letters_in_words,
            since=self.since,
        )

    @property
    def notes(self) -> str:
        text = " ".join(self.row.notes.split())
        return text if len(text) <= NOTES_SHOWN else text[: NOTES_SHOWN - 1].rstrip() + "…"

    @property
    def letters_in_words(self) -> list[str]:
        return [
            _("%(letter)s sent on %(day)s")
            % {"letter": str(LetterKind(kind).label).capitalize(), "day": short_day(sent_on)}
            for kind, sent_on in self.letters.items()
        ]


@dataclass(frozen=True)
class Column:
    """A stage with its cards. ``goes_to``: the stages that cards from here can go to."""

    stage: Stage
    cards: list[Card] = field(default_factory=list)

    @property
    def goes_to(self) -> str:
        return " ".join(STAGE_TRANSITIONS.table[self.stage])

    @property
    def late(self) -> int:
        return sum(card.late for card in self.cards)


def filtered(programme: Programme, asked: Mapping[str, Any], today: date) -> QuerySet[Enrolment]:
    """The municipalities of a programme that a filter lets through, in its order.

    Args:
        asked: ``q``, ``provincie``, ``fase``, ``wacht`` (only whose next step is late) and ``volgorde``; absent: all.
    """
    rows = programme.enrolments.select_related("municipality")
    if text := asked.get("q"):
        rows = rows.filter(
            Q(municipality__name__icontains=text)
            | Q(contact_name__icontains=text)
            | Q(next_step__icontains=text)
            | Q(notes__icontains=text)
        )
    if asked.get("provincie"):
        rows = rows.filter(municipality__province=asked["provincie"])
    if asked.get("fase"):
        rows = rows.filter(stage=asked["fase"])
    if asked.get("wacht"):
        rows = rows.filter(next_step_on__lt=today).exclude(stage=Stage.STOPPED)
    return rows.order_by(*ORDERS.get(asked.get("volgorde") or "naam", ORDERS["naam"]))


def cards(programme: Programme, rows: Iterable[Enrolment], today: date) -> list[Card]:
    """The rows with what hangs on them; three queries in all, whatever their number."""
    found = list(rows)
    ids = [row.pk for row in found]
    pictures = readiness.pictures(ids)
    letters = sent_letters(ids)
    base = reverse("learning_network:board", args=[programme.slug])
    return [
        Card(
            row=row,
            url=f"{base}gemeenten/{row.municipality_id}/",
            days=max((today - clock.today(row.stage_since)).days, 0),
            late=is_late(row, today),
            picture=pictures.get(row.pk),
            letters=letters.get(row.pk, {}),
        )
        for row in found
    ]


def is_late(row: Enrolment, today: date) -> bool:
    """Whether the day of the next step has gone by, for a municipality that did not stop."""
    return row.next_step_on is not None and row.next_step_on < today and row.stage != Stage.STOPPED


def columns(found: Iterable[Card]) -> list[Column]:
    """The cards per stage, every stage in the order of the road."""
    made = {stage: Column(stage) for stage in Stage}
    for card in found:
        made[Stage(card.row.stage)].cards.append(card)
    return list(made.values())


def sent_letters(ids: Iterable[int]) -> dict[int, dict[str, date]]:
    """Of each municipality on the board the letters that went, with the last day; one query."""
    found: dict[int, dict[str, date]] = {}
    rows = SentLetter.objects.filter(enrolment__in=list(ids)).order_by("sent_on", "pk")
    for enrolment, kind, sent_on in rows.values_list("enrolment_id", "kind", "sent_on"):
        found.setdefault(enrolment, {})[kind] = sent_on
    return found


def provinces(programme: Programme | None = None) -> list[str]:
    """Provinces of the official list, or of the board of a programme."""
    rows = OfficialMunicipality.objects.exclude(province="")
    if programme is not None:
        rows = rows.filter(enrolments__programme=programme)
    return list(rows.order_by("province").values_list("province", flat=True).distinct())


def candidates(programme: Programme, *, text: str = "", province: str = "") -> list[dict[str, Any]]:
    """Municipalities of the official list of now, each with the stage at which it stands on the board already.

    Returns:
        ``municipality`` and ``stage`` (None: not on the board); two queries.
    """
    rows = OfficialMunicipality.objects.filter(ended_in__isnull=True).order_by("name")
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(code__iexact=text))
    if province:
        rows = rows.filter(province=province)
    there = dict(programme.enrolments.values_list("municipality_id", "stage"))
    return [{"municipality": one, "stage": Stage(there[one.pk]).label if one.pk in there else None} for one in rows]


def export_head() -> list[str]:
    return [
        _("CBS code"),
        _("Municipality"),
        _("Province"),
        _("Inhabitants"),
        _("Stage"),
        _("At this stage since"),
        _("Contact"),
        _("E-mail address"),
        _("Next step"),
        _("When"),
        _("Late"),
        _("Readiness (1 to 5)"),
        _("Invitation sent on"),
        _("Confirmation sent on"),
        _("Notes"),
    ]


def export_rows(found: Iterable[Card]) -> Iterator[list[Any]]:
    """One line per municipality for a spreadsheet."""
    for card in found:
        row, place = card.row, card.row.municipality
        yield [
            place.pk,
            place.name,
            place.province,
            place.population if place.population is not None else "",
            row.get_stage_display(),
            clock.today(row.stage_since),
            row.contact_name,
            row.contact_email,
            row.next_step,
            row.next_step_on or "",
            card.late,
            card.picture.mean if card.picture and card.picture.mean is not None else "",
            card.letters.get(LetterKind.INVITATION, ""),
            card.letters.get(LetterKind.CONFIRMATION, ""),
            row.notes,
        ]
