"""What is shared with everyone, for the API and the feed: one table of kinds, each with what of it is told.

Rows are always those that ``visible_to`` gives somebody without an account, asked anew for each answer: what is taken
back, taken away or narrowed is gone from the next one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.core.text import plain
from learning_network.enums import Credit
from learning_network.models import AdviceRequest, Answer, Intention, Lesson, Practice, RedThread, Tool
from learning_network.queries import red_threads
from learning_network.queries.comparing import MONEY
from learning_network.queries.practices import credit_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

Text = str | Promise
SHORT = 300  # characters of a summary
_NOBODY = AnonymousUser()
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # no XML may hold these


@dataclass(frozen=True)
class OpenKind:
    """One kind of thing that can be shared with everyone.

    Args:
        code: in addresses of the API.
        label: singular, for people.
        model: read through ``visible_to`` only.
        texts: fields in Markdown; what is empty is left out. The first that is filled in gives the summary.
        facts: label and value, from a row.
        amounts: label and cents, from a row.
        more: texts that stand in no field of the row, as label and Markdown.
        title, by, place: how it is called, whose it is (as the author wants it told), code of its municipality or "".
        url: its page, without the host.
        since: when it was shared; an expression of the database.
        narrow: more that a row must be, from the rows that may be read.
        related: to be fetched along.
    """

    code: str
    label: Text
    model: type[Any]
    texts: tuple[str, ...]
    facts: Callable[[Any], Iterable[tuple[Text, Any]]] = field(default=lambda row: ())
    amounts: Callable[[Any], Iterable[tuple[Text, int | None]]] = field(default=lambda row: ())
    more: Callable[[Any], Iterable[tuple[Text, str]]] = field(default=lambda row: ())
    title: Callable[[Any], str] = str
    by: Callable[[Any], str] = credit_of
    place: Callable[[Any], str] = field(
        default=lambda row: "" if getattr(row, "credit", "") == Credit.NOBODY else (row.municipality_id or "")
    )
    url: Callable[[Any], str] = field(default=lambda row: row.get_absolute_url())
    since: Any = field(default_factory=lambda: F("shared_at"))
    narrow: Callable[[QuerySet[Any]], QuerySet[Any]] = field(default=lambda rows: rows)
    related: tuple[str, ...] = ("municipality", "programme", "author")

    def rows(self) -> QuerySet[Any]:
        """What anybody may read, the newest first; each with ``open_since``."""
        found = self.narrow(self.model._default_manager.visible_to(_NOBODY))
        return found.select_related(*self.related).annotate(open_since=self.since).order_by("-open_since", "-pk")


@dataclass(frozen=True)
class Told:
    """What is told of one row. ``short`` is plain text, ``texts`` are label and Markdown, ``amounts`` label and cents."""

    number: int
    title: str
    short: str
    by: str
    place: str
    since: datetime
    changed: datetime
    url: str
    facts: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, str], ...]
    amounts: tuple[tuple[str, int], ...]


def tell(kind: OpenKind, row: Any) -> Told:
    """One of ``kind.rows()`` as plain data; what ``more`` says is asked by ``whole`` alone."""
    texts = tuple(
        (_label(row._meta.get_field(name).verbose_name), _clean(getattr(row, name)))
        for name in kind.texts
        if getattr(row, name)
    )
    return Told(
        number=row.pk,
        title=_clean(kind.title(row)),
        short=plain(texts[0][1], SHORT) if texts else "",
        by=_clean(kind.by(row)),
        place=kind.place(row),
        since=row.open_since,
        changed=row.changed_at,
        url=kind.url(row),
        facts=tuple((_label(label), _clean(str(value))) for label, value in kind.facts(row) if value not in ("", None)),
        texts=texts,
        amounts=tuple((_label(label), cents) for label, cents in kind.amounts(row) if cents is not None),
    )


def whole(kind: OpenKind, number: int) -> Told | None:
    """Everything that is told of one row; None where not everybody may read it."""
    row = kind.rows().filter(pk=number).first()
    if row is None:
        return None
    found = tell(kind, row)
    more = tuple((_label(label), _clean(text)) for label, text in kind.more(row))
    return Told(**{**vars(found), "texts": (*found.texts, *more)})


def newest(kinds: Iterable[OpenKind], most: int) -> list[tuple[OpenKind, Told]]:
    """The newest of all kinds together; one query for each kind."""
    found = [(kind, tell(kind, row)) for kind in kinds for row in kind.rows()[:most]]
    return sorted(found, key=lambda one: (one[1].since, one[0].code, one[1].number), reverse=True)[:most]


def _label(label: Text) -> str:
    return str(label)


def _clean(text: str) -> str:
    return _CONTROL.sub("", text)


# --- The kinds of the learning network ----------------------------------------------------------------------------------


def _theme(row: Any) -> tuple[Text, Any]:
    return _("theme"), row.get_theme_display()


def _of_thread(row: RedThread) -> list[tuple[Text, str]]:
    version = red_threads.newest(row)
    if version is None:
        return []
    made: list[tuple[Text, str]] = [(_("introduction"), version.intro)] if version.intro else []
    for part in red_threads.parts(row, _NOBODY, version.pieces):
        if part.row is None:
            made.append((part.text if part.is_heading else _("text in between"), "" if part.is_heading else part.text))
        else:
            made.append(
                (f"{part.title} ({part.credit})", "\n\n".join([part.text, *(text for _name, text in part.texts)]))
            )
    return [(label, text.strip()) for label, text in made]


def _published(rows: QuerySet[Any]) -> QuerySet[Any]:
    titled: QuerySet[Any] = red_threads.with_title(rows)
    return titled.exclude(published_title=None)


KINDS: dict[str, OpenKind] = {
    kind.code: kind
    for kind in (
        OpenKind(
            "praktijken",
            _("practice"),
            Practice,
            (*("summary", "about", "handed_over", "took_part", "role", "support", "obstacles", "result", "again"),),
            facts=lambda row: (_theme(row), (_("neighbourhood or place"), row.place)),
            amounts=lambda row: [(told, getattr(row, name)) for name, told in MONEY],
        ),
        OpenKind(
            "lessen",
            _("lesson"),
            Lesson,
            ("learned", "happened", "advice"),
            facts=lambda row: (
                (_("learned from"), row.get_outcome_display()),
                _theme(row),
                (_("for whom it is useful"), row.for_whom),
            ),
        ),
        OpenKind(
            "rode-draden",
            _("red threads"),
            RedThread,
            (),
            more=_of_thread,
            title=lambda row: str(row.published_title),
            by=lambda row: str(row.programme),
            narrow=_published,
        ),
        OpenKind(
            "adviesvragen",
            _("question for advice"),
            AdviceRequest,
            ("wants", "situation", "tried", "closing"),
            facts=lambda row: (_theme(row), (_("until when advice helps you"), row.until.isoformat())),
        ),
        OpenKind(
            "antwoorden",
            _("answer to a learning question"),
            Answer,
            ("text",),
            title=lambda row: str(row.question),
            related=("municipality", "programme", "author", "question__programme"),
        ),
        OpenKind(
            "hulpmiddelen",
            _("tool"),
            Tool,
            ("summary", "situation", "steps", "needs"),
            facts=lambda row: (
                (_("time"), row.get_time_needed_display()),
                (_("hours of work"), row.hours),
                (_("people"), row.people),
            ),
            amounts=lambda row: [(_("costs"), row.cost_cents)],
        ),
        OpenKind(
            "intenties",
            _("intention"),
            Intention,
            ("what", "with_whom", "needs"),
            facts=lambda row: ((_("when"), row.when),),
        ),
    )
}
