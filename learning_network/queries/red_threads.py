"""Red threads as they are read: what still may be shown of what was chosen, on the page and in the PDF alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from foundation.core.document import blocks_of
from foundation.core.wording import euro, short_day
from learning_network.enums import PieceKind, SharedState
from learning_network.fitting import fits, fitting
from learning_network.models import Lesson, Practice, RedThread, RedThreadVersion
from learning_network.queries.comparing import MONEY
from learning_network.queries.practices import credit_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from learning_network.models import RedThreadPiece

# What stands of a practice and of a lesson in the document: compact, the rest is on their own page.
SHOWN = {
    PieceKind.PRACTICE: ("summary", "handed_over", "result", "again"),
    PieceKind.LESSON: ("happened", "learned", "advice"),
}


@dataclass(frozen=True)
class Part:
    """One part as it is read. ``texts``: label and Markdown. ``row`` is None for words in between."""

    kind: str
    text: str
    row: Practice | Lesson | None = None
    credit: str = ""
    texts: tuple[tuple[str, str], ...] = ()
    money: tuple[tuple[str, int], ...] = ()
    anchor: str = ""

    @property
    def is_heading(self) -> bool:
        return self.kind == PieceKind.HEADING

    @property
    def title(self) -> str:
        return self.text if self.row is None else self.row.title


def listed(user: Any) -> QuerySet[RedThread]:
    """The documents that this person may read, published, the newest first."""
    rows = RedThread.objects.visible_to(user).filter(state=SharedState.SHARED, hidden_at__isnull=True)
    return with_title(rows).select_related("programme").order_by("-shared_at", "-pk")


def with_title(rows: QuerySet[RedThread]) -> QuerySet[RedThread]:
    """With the title as it was published: ``published_title``."""
    last = RedThreadVersion.objects.filter(thread=OuterRef("pk")).order_by("-number")
    return rows.annotate(published_title=Subquery(last.values("title")[:1]))


def newest(thread: RedThread) -> RedThreadVersion | None:
    """The version that readers get."""
    return thread.versions.order_by("-number").first()


def parts(thread: RedThread, user: Any, pieces: list[dict[str, Any]]) -> list[Part]:
    """What this person reads of these pieces; three queries at most.

    What its author narrowed or took back is left out, with the line that stood at it: asked each time, of the rows as
    they are now, never of what was kept at publishing.

    Args:
        pieces: as ``RedThreadVersion.pieces``.
    """
    rows = {
        (str(kind), row.pk): row
        for kind, model in ((PieceKind.PRACTICE, Practice), (PieceKind.LESSON, Lesson))
        for row in _readable(model, thread, user, [one["id"] for one in pieces if one["kind"] == kind])
    }
    made: list[Part] = []
    for number, piece in enumerate(pieces, start=1):
        kind = str(piece["kind"])
        if kind in (PieceKind.HEADING, PieceKind.TEXT):
            made.append(Part(kind, piece["text"], anchor=f"deel-{number}"))
        elif (row := rows.get((kind, piece["id"]))) is not None:
            made.append(_part(kind, piece["text"], row, f"deel-{number}"))
    return [part for place, part in enumerate(made) if not _leads_nowhere(made, place)]


def _readable(model: Any, thread: RedThread, user: Any, ids: list[int]) -> list[Any]:
    if not ids:
        return []
    rows = model.objects.visible_to(user).filter(fitting(thread), pk__in=ids)
    return list(rows.select_related("municipality", "programme", "author"))


def _part(kind: str, text: str, row: Any, anchor: str) -> Part:
    texts = tuple(
        (str(row._meta.get_field(name).verbose_name), getattr(row, name))
        for name in SHOWN[PieceKind(kind)]
        if getattr(row, name)
    )
    money = tuple(
        (str(told), getattr(row, name))
        for name, told in MONEY
        if kind == PieceKind.PRACTICE and getattr(row, name) is not None
    )
    return Part(kind, text, row, credit_of(row), texts, money, anchor)


def _leads_nowhere(made: list[Part], place: int) -> bool:
    """A heading under which nothing is left."""
    return made[place].is_heading and (place + 1 == len(made) or made[place + 1].is_heading)


def working(thread: RedThread) -> list[dict[str, Any]]:
    """The pieces that are worked on, in the form in which they are published."""
    return [
        {"kind": piece.kind, "text": piece.text, "id": piece.practice_id or piece.lesson_id}
        for piece in thread.pieces.all()
    ]


def pieces_for_editors(thread: RedThread, user: Any) -> list[dict[str, Any]]:
    """Every piece with whether readers get it. The title of what fell out is told only to who may read it still."""
    rows: list[RedThreadPiece] = list(thread.pieces.select_related("practice", "lesson"))
    known = {
        (PieceKind.PRACTICE.value, pk)
        for pk in Practice.objects.visible_to(user)
        .filter(pk__in=[row.practice_id for row in rows if row.practice_id])
        .values_list("pk", flat=True)
    } | {
        (PieceKind.LESSON.value, pk)
        for pk in Lesson.objects.visible_to(user)
        .filter(pk__in=[row.lesson_id for row in rows if row.lesson_id])
        .values_list("pk", flat=True)
    }
    made = []
    for row in rows:
        chosen = row.chosen
        may_know = chosen is None or (row.kind, chosen.pk) in known
        made.append(
            {
                "piece": row,
                "chosen": chosen if may_know else None,
                "is_words": chosen is None,
                "title": row.text if chosen is None else (chosen.title if may_know else ""),
                "shown": chosen is None or fits(chosen, thread),
            }
        )
    return made


def to_choose(thread: RedThread, user: Any) -> dict[str, list[Any]]:
    """Practices and lessons that may stand in it and do not yet: those of the programme, then what is read more widely."""
    used = list(thread.pieces.values_list("practice_id", "lesson_id"))

    def free(model: Any, taken: list[int | None]) -> list[Any]:
        rows = model.objects.visible_to(user).filter(fitting(thread)).exclude(pk__in=[pk for pk in taken if pk])
        found = rows.filter(programme=thread.programme).select_related("municipality", "programme", "author")
        return list(found.order_by("title")[:200])

    return {
        "practices": free(Practice, [practice for practice, _lesson in used]),
        "lessons": free(Lesson, [lesson for _practice, lesson in used]),
    }


def document(thread: RedThread, version: RedThreadVersion, user: Any) -> dict[str, Any]:
    """The context of ``pdf.render("report", ...)``: what this person reads on the page."""
    read = parts(thread, user, version.pieces)
    blocks: list[dict[str, Any]] = blocks_of(version.intro) if version.intro else []
    heads = [part.title for part in read if part.is_heading or part.row is not None]
    if len(heads) > 2:
        blocks.append({"kind": "heading", "level": 2, "text": _("In this document")})
        blocks.append({"kind": "list", "ordered": False, "items": heads})
    has_chapters = any(part.is_heading for part in read)
    for part in read:
        blocks += _blocks(part, 3 if has_chapters else 2)
    programme = thread.programme
    assert programme is not None
    return {
        "municipality": _("Learning network"),
        "title": version.title,
        "subtitle": programme.title,
        "facts": [
            [_("Programme"), programme.title],
            [_("Version"), f"{version.number}, {short_day(version.published_at)}"],
            [_("Read it on the web"), f"{settings.SITE_URL}{thread.get_absolute_url()}"],
        ],
        "blocks": blocks,
    }


def _blocks(part: Part, level: int) -> list[dict[str, Any]]:
    if part.is_heading:
        return [{"kind": "heading", "level": 2, "text": part.text}]
    if part.row is None:
        return blocks_of(part.text, level=level)
    word = part.row.get_outcome_display() if isinstance(part.row, Lesson) else _("practice")
    made: list[dict[str, Any]] = [
        {"kind": "heading", "level": level, "text": part.row.title},
        {"kind": "paragraph", "text": [{"text": f"{str(word).capitalize()} · {part.credit}", "emphasis": True}]},
    ]
    if part.text:
        made.append({"kind": "quote", "text": part.text})
    if part.money:
        made.append({"kind": "facts", "items": [[told, euro(amount)] for told, amount in part.money]})
    for label, text in part.texts:
        made.append({"kind": "paragraph", "text": [{"text": label.capitalize(), "strong": True}]})
        made += blocks_of(text, level=min(level + 1, 4))
    return made
