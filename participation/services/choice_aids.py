"""Shaping the choice aid of a municipality: a version is prepared beside the one in use, and never changes afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.municipalities.enums import FORMAL_DUTCH, AddressForm
from foundation.municipalities.models import Municipality
from participation import choice, choice_data
from participation.choice import Aid, Form, Question, Rule
from participation.choice_default import DEFAULT
from participation.errors import ParticipationError, WrongMoment
from participation.models import ChoiceAid
from participation.services import _moves

if TYPE_CHECKING:
    from foundation.accounts.models import User

MOST_QUESTIONS, MOST_RULES = 30, 30
Named = TypeVar("Named", Question, Rule, Form)


def default_content(municipality: Municipality) -> dict[str, Any]:
    """The default aid as it is kept: in Dutch, in the municipality's form of address, whoever asks for it."""
    with translation.override(FORMAL_DUTCH if municipality.address_form == AddressForm.U else "nl"):
        content: dict[str, Any] = choice_data.to_data(DEFAULT)
    return content


def in_use(*, municipality: Municipality, by: User) -> ChoiceAid:
    """The version that is used now; the default becomes version 1 when it is used for the first time."""
    with transaction.atomic():
        _locked(municipality)
        row = ChoiceAid.objects.for_municipality(municipality).in_use().first()
        if row is None:
            row = ChoiceAid.objects.create(
                municipality=municipality,
                number=_free_number(municipality),
                content=default_content(municipality),
                note=_("The default"),
                in_use_since=clock.now(),
            )
            audit.record("participation.choice_aid_used", row, by=by, new={"number": row.number})
    return row


def put_question(*, municipality: Municipality, by: User, version: int, question: Question) -> ChoiceAid:
    """Add a question at the end, or replace the one with its key. Without a key one is made.

    Raises:
        ValidationError: points that are too high or too low.
        ParticipationError: too many questions.
        Stale, PermissionDenied
    """
    made = question if question.key else replace(question, key=_new_key())

    def edit(aid: Aid) -> Aid:
        questions = _put(aid.questions, made)
        if len(questions) > MOST_QUESTIONS:
            raise ParticipationError(_("That is too much to answer in five minutes: at most 30 questions."))
        return _without_lost(replace(aid, questions=questions))

    return _edit(municipality, by, version, edit, "question_put", made.text)


def remove_question(*, municipality: Municipality, by: User, version: int, key: str) -> ChoiceAid:
    """Take a question away. Rules that ask for it have to be mended before the version can be used.

    Raises:
        Stale, PermissionDenied
    """
    return _edit(
        municipality,
        by,
        version,
        lambda aid: _without_lost(replace(aid, questions=_but(aid.questions, key))),
        "question_removed",
        key,
    )


def move_question(*, municipality: Municipality, by: User, version: int, key: str, up: bool) -> ChoiceAid:
    """Put a question one place up or down.

    Raises:
        Stale, PermissionDenied
    """
    return _edit(
        municipality,
        by,
        version,
        lambda aid: replace(aid, questions=_moved(aid.questions, key, up=up)),
        "question_moved",
        key,
    )


def set_values(*, municipality: Municipality, by: User, version: int, values: dict[str, int]) -> ChoiceAid:
    """How heavily each value weighs before anything is answered.

    Args:
        values: value -> 0 to ``choice.HEAVIEST``.

    Raises:
        ValidationError, Stale, PermissionDenied
    """
    return _edit(municipality, by, version, lambda aid: replace(aid, values=values), "values_set", "")


def put_form(*, municipality: Municipality, by: User, version: int, form: Form) -> ChoiceAid:
    """Change a form: its texts, whether it is offered, and how well it serves the values.

    Raises:
        ParticipationError: there is no such form.
        ValidationError, Stale, PermissionDenied
    """

    def edit(aid: Aid) -> Aid:
        if aid.form(form.key) is None:
            raise ParticipationError(_("There is no such form."))
        return replace(aid, forms=_put(aid.forms, form))

    return _edit(municipality, by, version, edit, "form_put", form.title)


def move_form(*, municipality: Municipality, by: User, version: int, key: str, up: bool) -> ChoiceAid:
    """Put a form one place up or down: the first goes before when two come to the same.

    Raises:
        Stale, PermissionDenied
    """
    return _edit(
        municipality, by, version, lambda aid: replace(aid, forms=_moved(aid.forms, key, up=up)), "form_moved", key
    )


def put_rule(*, municipality: Municipality, by: User, version: int, rule: Rule) -> ChoiceAid:
    """Add a rule at the end, or replace the one with its key. Without a key one is made.

    Raises:
        ParticipationError: it asks or leaves something that is not in the aid, or there are too many.
        ValidationError, Stale, PermissionDenied
    """
    made = rule if rule.key else replace(rule, key=_new_key())

    def edit(aid: Aid) -> Aid:
        changed = replace(aid, rules=_put(aid.rules, made))
        if len(changed.rules) > MOST_RULES:
            raise ParticipationError(_("At most 30 rules."))
        if any(code.startswith("rule_") and key == made.key for code, key in choice.problems(changed)):
            raise ParticipationError(
                _("Say with which answers the rule holds, and which forms remain or how well they must serve a value.")
            )
        return changed

    return _edit(municipality, by, version, edit, "rule_put", made.text)


def remove_rule(*, municipality: Municipality, by: User, version: int, key: str) -> ChoiceAid:
    """Take a rule away.

    Raises:
        Stale, PermissionDenied
    """
    return _edit(municipality, by, version, lambda aid: replace(aid, rules=_but(aid.rules, key)), "rule_removed", key)


def move_rule(*, municipality: Municipality, by: User, version: int, key: str, up: bool) -> ChoiceAid:
    """Put a rule one place up or down: of two that collide the first holds.

    Raises:
        Stale, PermissionDenied
    """
    return _edit(
        municipality, by, version, lambda aid: replace(aid, rules=_moved(aid.rules, key, up=up)), "rule_moved", key
    )


def back_to_default(*, municipality: Municipality, by: User, version: int) -> ChoiceAid:
    """Prepare a version that is the default again; the one in use stays until this one is taken into use.

    Raises:
        Stale, PermissionDenied
    """
    content = default_content(municipality)
    return _edit(municipality, by, version, lambda aid: choice_data.aid_from(content), "back_to_default", "")


def take_up(*, municipality: Municipality, by: User, version: int, earlier: ChoiceAid) -> ChoiceAid:
    """Prepare a version that is as an earlier one was.

    Raises:
        Stale, PermissionDenied
    """
    if earlier.municipality_id != municipality.pk:
        raise ParticipationError(_("There is no such version."))
    return _edit(municipality, by, version, lambda aid: earlier.aid, "taken_up", str(earlier.number))


def use(*, municipality: Municipality, by: User, version: int, note: str = "") -> ChoiceAid:
    """Take the prepared version into use; from then on it never changes.

    Raises:
        ParticipationError: it lacks something, in words.
        WrongMoment: nothing is being prepared.
        Stale, PermissionDenied
    """
    _moves.need("participation.set_up", by, municipality)
    with transaction.atomic():
        _locked(municipality)
        row = _prepared(municipality)
        if row is None:
            raise WrongMoment(_("No new version is being prepared."))
        _moves.same_version(row, version)
        if lacking := lacks(row.aid):
            raise ParticipationError(" ".join(lacking))
        if ChoiceAid.objects.for_municipality(municipality).in_use().filter(number__gt=row.number).exists():
            row.number = _free_number(municipality)  # the default was used for the first time in between
        row.in_use_since, row.note = clock.now(), note.strip()[:300]
        row.version += 1
        row.save(update_fields=["number", "in_use_since", "note", "version"])
        audit.record("participation.choice_aid_used", row, by=by, reason=row.note, new={"number": row.number})
    return row


def throw_away(*, municipality: Municipality, by: User) -> None:
    """Drop the version that is being prepared.

    Raises:
        PermissionDenied
    """
    _moves.need("participation.set_up", by, municipality)
    with transaction.atomic():
        _locked(municipality)
        if row := _prepared(municipality):
            audit.record("participation.choice_aid_dropped", row, by=by, new={"number": row.number})
            row.delete()


def lacks(aid: Aid) -> list[str]:
    """What has to be mended before this aid can be used, in sentences."""
    texts = {
        "no_questions": _("There is no question yet."),
        "few_forms": _("Offer at least two forms: otherwise there is nothing to choose."),
        "few_options": _("“%(name)s” needs at least two answers."),
        "rule_asks_unknown": _("The rule “%(name)s” asks for an answer that is not there any more."),
        "rule_leaves_unknown": _("The rule “%(name)s” does not say which forms remain."),
        "twice": _("“%(name)s” stands there twice."),
        "out_of_range": _("“%(name)s” has points that are too high or too low."),
    }
    names = {thing.key: thing.text for part in (aid.questions, aid.rules) for thing in part}
    return [texts[code] % {"name": names.get(key, key)} for code, key in dict.fromkeys(choice.problems(aid))]


# --- Inside ----------------------------------------------------------------------------------------------------------------


def _edit(
    municipality: Municipality, by: User, version: int, edit: Callable[[Aid], Aid], what: str, name: str
) -> ChoiceAid:
    """Change the prepared version, or begin one after the version in use. ``version`` 0: none was being prepared."""
    _moves.need("participation.set_up", by, municipality)
    with transaction.atomic():
        _locked(municipality)
        row = _prepared(municipality)
        if row is None:
            used = ChoiceAid.objects.for_municipality(municipality).in_use().first()
            row = ChoiceAid(
                municipality=municipality,
                number=_free_number(municipality),
                content=used.content if used else default_content(municipality),
                created_by=by,
                version=0,
            )
        _moves.same_version(row, version)
        changed = edit(row.aid)
        if any(code == "out_of_range" for code, _key in choice.problems(changed)):
            raise ValidationError(
                _("Points run from −%(points)s to %(points)s, weights from 0 to %(weight)s, values from 0 to %(best)s.")
                % {"points": choice.FURTHEST, "weight": choice.HEAVIEST, "best": choice.BEST}
            )
        row.content = choice_data.to_data(changed)
        row.version += 1
        row.save()
        audit.record(
            "participation.choice_aid_changed", row, by=by, new={"number": row.number, "what": what, "name": name}
        )
    return row


def _locked(municipality: Municipality) -> None:
    """One at a time per municipality; who only points to it is not held up."""
    Municipality.objects.select_for_update(no_key=True).only("pk").get(pk=municipality.pk)


def _prepared(municipality: Municipality) -> ChoiceAid | None:
    return ChoiceAid.objects.for_municipality(municipality).filter(in_use_since=None).first()


def _free_number(municipality: Municipality) -> int:
    last = ChoiceAid.objects.for_municipality(municipality).order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _new_key() -> str:
    return f"q{secrets.token_hex(4)}"


def _put(things: Sequence[Named], thing: Named) -> tuple[Named, ...]:
    if any(known.key == thing.key for known in things):
        return tuple(thing if known.key == thing.key else known for known in things)
    listed = list(things)
    listed.append(thing)
    return tuple(listed)


def _but(things: Sequence[Named], key: str) -> tuple[Named, ...]:
    return tuple(thing for thing in things if thing.key != key)


def _moved(things: Sequence[Named], key: str, *, up: bool) -> tuple[Named, ...]:
    keys = [thing.key for thing in things]
    if key not in keys:
        return tuple(things)
    here = keys.index(key)
    there = max(0, min(len(things) - 1, here + (-1 if up else 1)))
    listed = list(things)
    listed[here], listed[there] = listed[there], listed[here]
    return tuple(listed)


def _without_lost(aid: Aid) -> Aid:
    """Rules without the answers that are gone. Of a question that is gone the rule keeps all, so that ``lacks`` tells it."""
    known = {question.key: {option.key for option in question.options} for question in aid.questions}
    rules = [
        replace(
            rule,
            when={
                question: tuple(option for option in options if option in known.get(question, ())) or options
                for question, options in rule.when.items()
            },
        )
        for rule in aid.rules
    ]
    return replace(aid, rules=tuple(rules))
