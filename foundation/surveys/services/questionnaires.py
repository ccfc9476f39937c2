"""Questionnaires: made, copied and changed. A version that was used stays; changes go to the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit
from foundation.surveys import standards
from foundation.surveys.enums import CHOICE_KINDS, QuestionKind
from foundation.surveys.errors import SurveyError
from foundation.surveys.models import Question, Questionnaire, Version, new_key
from foundation.surveys.queries.state import newest
from foundation.surveys.services._locks import locked_questionnaire, need_here

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.municipalities.models import Municipality

MOST_QUESTIONS = 80
# With another of these it is another question: scores before and after would not compare, so it gets a new key.
_MEANING = ("kind", "low", "high", "unit")


@transaction.atomic
def create(
    *, municipality: Municipality | None, title: str, by: User, description: str = "", allowed: bool = False
) -> Questionnaire:
    """An empty questionnaire. ``allowed``: the upper app has checked that this person may.

    Raises:
        PermissionDenied: ``by`` may not make surveys here.
    """
    if not allowed:
        need_here(municipality, by)
    made = Questionnaire.objects.create(municipality=municipality, title=title, description=description, created_by=by)
    Version.objects.create(questionnaire=made)
    audit.record("surveys.questionnaire_created", made, by=by)
    return made


@transaction.atomic
def from_standard(
    *, municipality: Municipality | None, code: str, by: User, title: str = "", allowed: bool = False
) -> Questionnaire:
    """An own copy of a questionnaire that comes with the portal; lineage and keys stay, so that scores compare.

    Raises:
        SurveyError: there is no standard with this code.
        PermissionDenied: ``by`` may not make surveys here.
    """
    standard = standards.find(code)
    if standard is None:
        raise SurveyError(_("This questionnaire does not exist."))
    made = create(
        municipality=municipality,
        title=title or standard.title,
        description=standard.description,
        by=by,
        allowed=allowed,
    )
    Questionnaire.objects.filter(pk=made.pk).update(lineage=standard.lineage)
    made.lineage = standard.lineage
    version = made.versions.get()
    Question.objects.bulk_create(
        Question(version=version, position=place, **fields) for place, fields in enumerate(standard.questions, 1)
    )
    return made


@transaction.atomic
def copy(
    *, questionnaire: Questionnaire, municipality: Municipality | None, title: str, by: User, allowed: bool = False
) -> Questionnaire:
    """A copy with the same keys and lineage, so that scores of both compare.

    Raises:
        PermissionDenied: ``by`` may not make surveys where the copy goes.
    """
    made = create(municipality=municipality, title=title, description=questionnaire.description, by=by, allowed=allowed)
    Questionnaire.objects.filter(pk=made.pk).update(lineage=questionnaire.lineage)
    made.lineage = questionnaire.lineage
    _clone(newest(questionnaire), made.versions.get())
    return made


@transaction.atomic
def change(*, questionnaire: Questionnaire, by: User, title: str, description: str) -> Questionnaire:
    """Another name or description."""
    row = _mine(questionnaire, by)
    old = {"title": row.title}
    row.title, row.description = title, description
    row.save(update_fields=["title", "description"])
    audit.record("surveys.questionnaire_changed", row, by=by, old=old, new={"title": title})
    return row


@transaction.atomic
def archive(*, questionnaire: Questionnaire, by: User, archived: bool = True) -> None:
    """Out of the list of what can be used, or back in it. Surveys with it stay."""
    row = _mine(questionnaire, by)
    row.is_archived = archived
    row.save(update_fields=["is_archived"])
    audit.record("surveys.questionnaire_archived", row, by=by, new={"archived": archived})


@transaction.atomic
def add_question(*, questionnaire: Questionnaire, by: User, fields: dict[str, Any]) -> Question:
    """A question (or the beginning of a page) at the end.

    Args:
        fields: those of ``Question``; ``options`` as a list of labels.

    Raises:
        SurveyError: there are enough questions.
        ValidationError: the fields do not make a question.
    """
    row = _mine(questionnaire, by)
    version = _editable(row)
    places = list(version.questions.values_list("position", flat=True))
    if len(places) >= MOST_QUESTIONS:
        raise SurveyError(_("A questionnaire has at most %(most)d questions.") % {"most": MOST_QUESTIONS})
    question = Question(version=version, position=max(places, default=0) + 1, **_fields(fields, {}))
    _check(question)
    question.save()
    audit.record("surveys.questions_changed", row, by=by, new={"added": question.text})
    return question


@transaction.atomic
def change_question(*, questionnaire: Questionnaire, key: str, by: User, fields: dict[str, Any]) -> Question:
    """Change a question. Other words keep its key; another kind, scale or unit makes it another question.

    Raises:
        SurveyError: it is not there any more.
        ValidationError: the fields do not make a question.
    """
    row = _mine(questionnaire, by)
    question = _question(_editable(row), key)
    before = {name: getattr(question, name) for name in _MEANING}
    known = {label: choice for choice, label in question.labels.items()}
    for name, value in _fields(fields, known).items():
        setattr(question, name, value)
    if any(getattr(question, name) != value for name, value in before.items()):
        question.key = new_key()
    _check(question)
    question.save()
    audit.record("surveys.questions_changed", row, by=by, new={"changed": question.text})
    return question


@transaction.atomic
def move_question(*, questionnaire: Questionnaire, key: str, by: User, up: bool) -> None:
    """One place up or down; nothing happens at the ends."""
    row = _mine(questionnaire, by)
    version = _editable(row)
    order = list(version.questions.order_by("position"))
    place = next((index for index, question in enumerate(order) if question.key == key), None)
    if place is None:
        raise SurveyError(_("This question is not there any more."))
    other = place - 1 if up else place + 1
    if not 0 <= other < len(order):
        return
    one, two = order[place], order[other]
    one.position, two.position = two.position, one.position
    one.save(update_fields=["position"])
    two.save(update_fields=["position"])
    audit.record("surveys.questions_changed", row, by=by, new={"moved": one.text})


@transaction.atomic
def remove_question(*, questionnaire: Questionnaire, key: str, by: User) -> None:
    """Take a question out of the next version; earlier answers to it stay."""
    row = _mine(questionnaire, by)
    question = _question(_editable(row), key)
    question.delete()
    audit.record("surveys.questions_changed", row, by=by, old={"removed": question.text})


def _mine(questionnaire: Questionnaire, by: User) -> Questionnaire:
    row = locked_questionnaire(questionnaire.pk)
    need_here(row.municipality, by)
    return row


def _editable(row: Questionnaire) -> Version:
    """The newest version where it may still change, else the next one with the same questions and keys."""
    version = newest(row)
    if not version.is_frozen:
        return version
    made = Version.objects.create(questionnaire=row, number=version.number + 1)
    _clone(version, made)
    return made


def _clone(version: Version, made: Version) -> None:
    Question.objects.bulk_create(
        Question(version=made, **question.content()) for question in version.questions.order_by("position")
    )


def _question(version: Version, key: str) -> Question:
    found = version.questions.filter(key=key).first()
    if found is None:
        raise SurveyError(_("This question is not there any more."))
    return found


def _fields(fields: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    """The fields with labels of choices made into ``[key, label]``; a label that was there keeps its key."""
    made = dict(fields)
    labels = made.pop("options", None)
    if labels is not None:
        made["options"] = [[known.get(label) or new_key(), label] for label in labels]
    return made


def _check(question: Question) -> None:
    problems: dict[str, str] = {}
    if question.kind in CHOICE_KINDS and len(question.options) < 2:
        problems["options"] = _("Give at least two answers to choose from.")
    if question.kind in CHOICE_KINDS and len(set(question.labels.values())) < len(question.options):
        problems["options"] = _("Two answers are the same.")
    if question.kind == QuestionKind.SCALE and len(question.places) > 11:
        problems["high"] = _("A scale has at most eleven places.")
    if problems:
        raise ValidationError(problems)
    question.full_clean(exclude=["version", "position"])
