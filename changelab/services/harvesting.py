"""Bringing what a lab learned into the learning network: a lesson begins as a draft, with the lab's own words in it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from changelab import notifications
from changelab.enums import LabState, Level, ObstacleState, PrototypeState
from changelab.errors import WrongMoment
from changelab.models import Harvest, Insight, KitchenItem, Lab, Observation, Obstacle, Prototype
from changelab.services import _moves
from foundation.core import audit, clock
from learning_network import visibility as network
from learning_network.enums import Outcome, QuestionTheme, SharedState, Visibility
from learning_network.limits import Note
from learning_network.models import Lesson, Shared
from learning_network.services import circles, practices

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from foundation.accounts.models import User

HARVESTED: tuple[type[KitchenItem], ...] = (Prototype, Obstacle, Insight)
_TITLE, _TEXT = 160, 5_000
_WIDTH = {Visibility.LAB: 0, Visibility.NETWORK: 1, Visibility.EVERYONE: 2}
_WIDEST = {Level.COHORT: Visibility.LAB, Level.NETWORK: Visibility.NETWORK, Level.EVERYONE: Visibility.EVERYONE}


def begin(*, lab: Lab, by: User, item: KitchenItem | None = None) -> Lesson:
    """Begin a lesson from a prototype, an obstacle or an insight of the lab, or from the lab as a whole.

    It is a draft of ``by`` in the programme of the cohort. Who began one already, goes on with that draft.

    Raises:
        PermissionDenied: neither runs the programme, nor speaks for the municipality of the lab.
        TypeError: no lessons begin with this kind of thing.
        ValidationError
    """
    if item is not None and not isinstance(item, HARVESTED):
        raise TypeError(f"no lesson begins with a {type(item).__name__}")
    with transaction.atomic():
        row = _moves.locked(lab.pk)
        _moves.need("changelab.harvest", by, row)
        source = {str(model._meta.model_name): item if isinstance(item, model) else None for model in HARVESTED}
        there = Harvest.objects.select_related("lesson").filter(
            lab=row, lesson__author=by, lesson__state=SharedState.DRAFT, **source
        )
        if (found := there.first()) is not None:
            draft: Lesson = found.lesson
            return draft
        programme = row.cohort.programme
        ours = (programme.pk, row.municipality_id) in network.circle(by)
        lesson = practices.begin_lesson(
            by=by,
            programme=programme,
            municipality=row.municipality if ours else None,
            **_words(row, item),
        )
        lesson.visibility = Visibility.LAB
        lesson.save(update_fields=["visibility"])
        made = Harvest.objects.create(lab=row, lesson=lesson, at=clock.now(), **source)
        if isinstance(item, Insight):
            made.observations.set(_seen(item))
        audit.record("changelab.harvested", row, by=by)
    return lesson


def _words(lab: Lab, item: KitchenItem | None) -> dict[str, Any]:
    """What stands in the draft: the lab's own words, cut to fit."""
    went_wrong = Outcome.FAILURE if lab.state == LabState.STOPPED else Outcome.SUCCESS
    words: dict[str, Any] = {"outcome": went_wrong, "theme": QuestionTheme.OTHER}
    if isinstance(item, Prototype):
        words |= {"title": item.title, "happened": f"{item.hypothesis}\n\n{item.try_out}", "learned": item.learned}
        words |= {"advice": item.next_try}
        words["outcome"] = Outcome.FAILURE if item.state == PrototypeState.DROPPED else Outcome.SUCCESS
    elif isinstance(item, Obstacle):
        notes = "\n\n".join(event.note for event in item.events.all() if event.note)
        words |= {"title": item.title, "happened": item.text, "learned": notes, "advice": item.way_out}
        words |= {"theme": QuestionTheme.OBSTACLES}
        words["outcome"] = Outcome.SUCCESS if item.state == ObstacleState.SOLVED else Outcome.FAILURE
    elif isinstance(item, Insight):
        seen = "\n".join(f"- {one.text}" for one in _seen(item))
        words |= {"title": item.text, "happened": seen, "learned": item.more}
    else:
        words |= {"title": lab.title, "happened": f"{lab.summary}\n\n{lab.question}", "learned": lab.state_reason}
    cut: dict[str, Any] = {
        name: words[name].strip()[:_TEXT] for name in ("happened", "learned", "advice") if name in words
    }
    return {**words, **cut, "title": str(words["title"])[:_TITLE]}


def _seen(item: Insight) -> QuerySet[Observation]:
    return item.observations.filter(withdrawn_at=None)


def _words_of(lesson: Lesson) -> str:
    """Fingerprint of what a lesson says."""
    said = [lesson.title, lesson.happened, lesson.learned, lesson.advice, lesson.for_whom]
    return hashlib.sha256("\x00".join(" ".join(text.split()) for text in said).encode()).hexdigest()


def _widest(begun: Harvest) -> int:
    """How wide all its sources are shared: -1 where one of them was taken back."""
    found = []
    for source in begun.sources:
        # Locked, so that no lab narrows it while the lesson is being shared wider.
        rows = type(source)._default_manager.select_for_update(of=("self",), no_key=True)
        one = rows.get(pk=source.pk)
        found.append(-1 if one.withdrawn_at is not None else _WIDTH[_WIDEST[Level(one.level)]])
    return min(found, default=_WIDTH[Visibility.EVERYONE])


def _harvests() -> QuerySet[Harvest]:
    """Those that are bound to their source."""
    rows = Harvest.objects.filter(loose_at=None).select_related("lesson", "prototype", "obstacle", "insight")
    return rows.prefetch_related("observations")


def _begun_with(item: KitchenItem) -> QuerySet[Harvest]:
    """Those of which the lesson holds words of this."""
    if isinstance(item, Observation):
        return _harvests().filter(observations=item.pk)
    if isinstance(item, HARVESTED):
        return _harvests().filter(**{str(item._meta.model_name): item.pk})
    return Harvest.objects.none()


def lock_lessons(item: KitchenItem) -> None:
    """Lock the lessons that began with this, before it is locked itself: who shares a lesson locks in that order too."""
    found = _begun_with(item).order_by().values("lesson")
    list(Lesson.objects.select_for_update(of=("self",)).filter(pk__in=found).order_by("pk").values_list("pk"))


def within_source(row: Shared, visibility: str) -> None:
    """Refuse to share a lesson wider than what it began with (``learning_network.limits``).

    Raises:
        ValidationError
    """
    if not isinstance(row, Lesson):
        return
    begun = _harvests().filter(lesson=row).first()
    if begun is None:
        return
    widest = _widest(begun)
    if widest < 0:
        raise ValidationError({"visibility": _("The lab took back what this lesson began with.")})
    if _WIDTH[Visibility(visibility)] > widest:
        raise ValidationError(
            {
                "visibility": _(
                    "The lab shared what this lesson began with less widely. "
                    "Choose a smaller circle, or ask the lab to share it wider."
                )
            }
        )


def take_along(item: KitchenItem, *, by: User) -> list[Lesson]:
    """Take back the lessons that began with this and are shared wider than it is now; in the transaction of its narrowing.

    Their authors and the leads of the programme hear of it, once. An author can share it again within the new circle, or
    change it and declare it a text of its own (``let_go``).

    Returns:
        the lessons that were taken back.
    """
    taken = []
    for begun in _begun_with(item).filter(lesson__state=SharedState.SHARED).order_by("lesson"):
        if _WIDTH[Visibility(begun.lesson.visibility)] <= _widest(begun):
            continue
        lesson = circles.fall_back(item=begun.lesson, by=by)
        begun.held_at, begun.held_words = clock.now(), _words_of(lesson)
        begun.save(update_fields=["held_at", "held_words"])
        notifications.tell_taken_along(begun, lesson)
        taken.append(lesson)
    return taken


def taken_with(item: KitchenItem, *, since: datetime) -> list[Lesson]:
    """The lessons that were taken back with this from that moment on."""
    return [begun.lesson for begun in _begun_with(item).filter(held_at__gte=since)]


def let_go(*, harvest: Harvest, by: User) -> Harvest:
    """Declare that a lesson that was taken along says nothing any more of what the lab took back.

    The lab and the leads of the programme hear of it; a lead can take the lesson away.

    Raises:
        WrongMoment: it was not taken along, or its text was not changed since.
        PermissionDenied: not its author, nor a colleague of that municipality in the programme.
    """
    with transaction.atomic():
        row = Harvest.objects.select_for_update(of=("self",)).select_related("lesson", "lab__cohort").get(pk=harvest.pk)
        _moves.need("learning_network.edit", by, row.lesson)
        if row.loose_at is not None:
            return row
        if row.held_at is None:
            raise WrongMoment(_("This lesson was not taken back with what it began with."))
        if _words_of(row.lesson) == row.held_words:
            raise WrongMoment(_("Change the text first: it still says what the lab took back."))
        row.loose_at, row.loose_by = clock.now(), by
        row.save(update_fields=["loose_at", "loose_by"])
        audit.record("changelab.lesson_let_go", row.lesson, by=by)
        notifications.tell_let_go(row, by)
    return row


def note_on(row: Shared, user: Any) -> Note | None:
    """What stands on the page of a lesson that was taken along, for who may change it (``learning_network.limits``)."""
    if not isinstance(row, Lesson) or row.state == SharedState.SHARED:
        return None
    begun = _harvests().filter(lesson=row, held_at__isnull=False).first()
    if begun is None or not network.may_edit(user, row):
        return None
    changed = _words_of(row) != begun.held_words
    return Note(
        text=_(
            "The lab now shares what this lesson began with less widely, so the lesson was taken back with it. "
            "You can share it again with the readers that the lab allows. Or change the text so that it says nothing of "
            "that any more; after that you can share it as you wish."
        ),
        url=reverse("changelab:let_go", args=[begun.pk]) if changed else "",
        action=_("It says nothing of that any more") if changed else "",
    )
