"""Bringing what a lab learned into the learning network: a lesson begins as a draft, with the lab's own words in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from changelab.enums import LabState, Level, ObstacleState, PrototypeState
from changelab.models import Harvest, Insight, KitchenItem, Lab, Obstacle, Prototype
from changelab.services import _moves
from foundation.core import audit, clock
from learning_network import visibility as network
from learning_network.enums import Outcome, QuestionTheme, SharedState, Visibility
from learning_network.models import Lesson, Shared
from learning_network.services import practices

if TYPE_CHECKING:
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
        Harvest.objects.create(lab=row, lesson=lesson, at=clock.now(), **source)
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
        seen = "\n".join(f"- {one.text}" for one in item.observations.filter(withdrawn_at=None))
        words |= {"title": item.text, "happened": seen, "learned": item.more}
    else:
        words |= {"title": lab.title, "happened": f"{lab.summary}\n\n{lab.question}", "learned": lab.state_reason}
    cut: dict[str, Any] = {
        name: words[name].strip()[:_TEXT] for name in ("happened", "learned", "advice") if name in words
    }
    return {**words, **cut, "title": str(words["title"])[:_TITLE]}


def within_source(row: Shared, visibility: str) -> None:
    """Refuse to share a lesson wider than what it began with (``learning_network.limits``).

    Raises:
        ValidationError
    """
    if not isinstance(row, Lesson):
        return
    begun = Harvest.objects.select_related("prototype", "obstacle", "insight").filter(lesson=row).first()
    if begun is None or begun.item is None:
        return
    if begun.item.withdrawn_at is not None:
        raise ValidationError({"visibility": _("The lab took back what this lesson began with.")})
    widest = _WIDEST[Level(begun.item.level)]
    if _WIDTH[Visibility(visibility)] > _WIDTH[widest]:
        raise ValidationError(
            {
                "visibility": _(
                    "The lab shared what this lesson began with less widely. "
                    "Choose a smaller circle, or ask the lab to share it wider."
                )
            }
        )


def too_wide(item: KitchenItem) -> list[Lesson]:
    """Lessons that began with this and are shared wider than it is now; their author is the one to take them back."""
    if not isinstance(item, HARVESTED):
        return []
    row = type(item)._default_manager.get(pk=item.pk)
    widest = -1 if row.withdrawn_at is not None else _WIDTH[_WIDEST[Level(row.level)]]
    found = Lesson.objects.filter(
        pk__in=Harvest.objects.filter(**{str(item._meta.model_name): item.pk}).values("lesson"),
        state=SharedState.SHARED,
    )
    return [lesson for lesson in found if _WIDTH[Visibility(lesson.visibility)] > widest]
