"""The right to challenge: sending a challenge, changing it, what the municipality asks of one, and checking that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock, slugs
from foundation.municipalities.models import Municipality
from initiatives.enums import UNDECIDED, InitiativeKind, Verdict
from initiatives.errors import InitiativeError, WrongMoment
from initiatives.models import Challenge, ChallengeSettings, Draft, Initiative, RequirementCheck
from initiatives.queries.challenges import requirements_of
from initiatives.services import _moves, drafts
from initiatives.services.initiatives import CHANGEABLE_IN

if TYPE_CHECKING:
    from foundation.accounts.models import User

# What challengers write beside the plan itself.
WRITABLE = frozenset(
    [
        "task",
        "quality",
        "cost_cents",
        "offers",
        "offer",
        "offered_cents",
        "group",
        "legal_form",
        "reach",
        "reach_people",
        "rootedness",
        "benefits",
        "own_cents",
        "other_funds",
        "months",
    ]
)
MOST_REQUIREMENTS = 40


@transaction.atomic
def send(
    *, draft: Draft, by: User, fields: Mapping[str, Any], details: Mapping[str, Any], name_is_public: bool
) -> Initiative:
    """Make the initiative with its challenge and hand it in; both or neither. Sending twice makes one.

    Args:
        fields: of the plan, ``services.initiatives.WRITABLE``.
        details: of the challenge, ``WRITABLE``.

    Raises:
        PermissionDenied: without an account, or somebody else sent it.
        ValidationError: per field.
    """
    _known(details)
    if draft.data and draft.data.get("kind") != InitiativeKind.CHALLENGE:
        raise InitiativeError(_("This plan is no challenge."))
    made = drafts.send(draft=draft, by=by, fields=fields, name_is_public=name_is_public)
    # The row of the draft is locked now: a second press waits, and finds the challenge made.
    if not Challenge.objects.filter(initiative=made).exists():
        challenge = Challenge(initiative=made, **details)
        challenge.full_clean()
        challenge.save(force_insert=True)
    return made


@transaction.atomic
def change(*, initiative: Initiative, by: User, version: int | None, **details: Any) -> Challenge:
    """Change task and offer, as long as nobody assesses them.

    Raises:
        Stale: somebody else saved in between.
        WrongMoment: the municipality already assesses it.
        PermissionDenied: not in the team.
        ValidationError: per field.
    """
    _known(details)
    row = _moves.locked(initiative.pk)
    _moves.need("initiatives.edit", by, row)
    if row.state not in CHANGEABLE_IN:
        raise WrongMoment(_("The municipality works with the text as it is now. Tell what changed in a news item."))
    _moves.same_version(row, version)
    challenge = Challenge.objects.get(initiative=row)
    changed = [name for name, value in details.items() if getattr(challenge, name) != value]
    if not changed:
        return challenge
    for name in changed:
        setattr(challenge, name, details[name])
    challenge.full_clean()
    challenge.save(update_fields=changed)
    row.version += 1
    row.changed_at = clock.now()
    row.save(update_fields=["version", "changed_at"])
    if row.is_public:
        _moves.note_change(row)
    audit.record("initiatives.change", row, by=by, new={"fields": sorted(changed)})
    return challenge


@transaction.atomic
def tell_costs(*, initiative: Initiative, by: User, cost_cents: int | None, version: int | None = None) -> Challenge:
    """The municipality says what the task costs a year now; residents often can't know. Public, with a line in the timeline.

    Args:
        cost_cents: a year; None for not known.

    Raises:
        PermissionDenied: ``by`` handles no initiatives here.
        WrongMoment: it is decided already, or it is no challenge.
        Stale: somebody else changed the plan in the meantime.
    """
    _moves.need("initiatives.handle", by, initiative.municipality)
    row = _moves.locked(initiative.pk)
    _moves.same_version(row, version)
    challenge = Challenge.objects.filter(initiative=row).first()
    if challenge is None:
        raise WrongMoment(_("This plan is no challenge."))
    if row.state not in UNDECIDED:
        raise WrongMoment(_("The decision has been taken: the comparison stays as it is."))
    old, challenge.cost_cents = challenge.cost_cents, cost_cents
    if old == cost_cents:
        return challenge
    challenge.full_clean()
    challenge.save(update_fields=["cost_cents"])
    row.version += 1
    row.changed_at = clock.now()
    row.save(update_fields=["version", "changed_at"])
    _moves.note(row, "costs_told", by_municipality=True)
    audit.record("initiatives.costs_told", row, by=by, old={"cents": old}, new={"cents": cost_cents})
    return challenge


@transaction.atomic
def set_requirements(
    *, municipality: Municipality, by: User, requirements: Iterable[Mapping[str, Any]], version: int | None = None
) -> ChallengeSettings:
    """Say what a challenge must hold. Checks that were made keep the text of then.

    Args:
        requirements: ``{"key", "text", "required"}``; without a key one is made. A text that is empty leaves it away.

    Raises:
        ValidationError: too many, too long, or twice the same.
        PermissionDenied: ``by`` does not administer this municipality.
        Stale: somebody else changed them in the meantime.
    """
    _moves.need("initiatives.set_up", by, municipality)
    ChallengeSettings.objects.get_or_create(municipality=municipality)
    row = ChallengeSettings.objects.select_for_update().get(municipality=municipality)
    _moves.same_version(row, version)
    listed = [dict(line) for line in requirements if str(line["text"]).strip()]
    taken = {line.get("key") for line in listed if line.get("key")}
    kept: list[dict[str, Any]] = []
    for line in listed:
        text = str(line["text"]).strip()
        if len(text) > 300:
            raise ValidationError(_("A requirement has at most 300 characters."))
        key = line.get("key") or _free_key(text, taken)
        taken.add(key)
        if key in {known["key"] for known in kept} or text in {known["text"] for known in kept}:
            raise ValidationError(_("The same requirement stands there twice."))
        kept.append({"key": key, "text": text, "required": bool(line.get("required"))})
    if len(kept) > MOST_REQUIREMENTS:
        raise ValidationError(_("That is too much to ask of residents: at most 40 requirements."))
    row.requirements = kept
    row.version += 1
    row.save()
    audit.record("initiatives.requirements_set", municipality, by=by, municipality=municipality, new={"all": kept})
    return row


@transaction.atomic
def assess(
    *, initiative: Initiative, by: User, verdicts: Mapping[str, tuple[str, str]], version: int | None = None
) -> list[RequirementCheck]:
    """Write down what was found of each requirement. Only colleagues see it; the decision gives the reasons.

    Args:
        verdicts: key of the requirement -> (one of ``Verdict`` or "" for not looked at yet, note).
        version: of the initiative when the form was opened.

    Raises:
        PermissionDenied: ``by`` handles no initiatives here.
        WrongMoment: it is decided already, or it is no challenge.
        Stale: a colleague saved in the meantime.
    """
    _moves.need("initiatives.handle", by, initiative.municipality)
    row = _moves.locked(initiative.pk)
    _moves.same_version(row, version)
    challenge = Challenge.objects.filter(initiative=row).first()
    if challenge is None:
        raise WrongMoment(_("This plan is no challenge."))
    if row.state not in UNDECIDED:
        raise WrongMoment(_("The decision has been taken: the assessment stays as it is."))
    asked = {line["key"]: line["text"] for line in requirements_of(row.municipality).lines}
    for key, (verdict, note) in verdicts.items():
        if key not in asked:
            continue
        if not verdict:
            challenge.checks.filter(key=key).delete()
            continue
        check = challenge.checks.filter(key=key).first() or RequirementCheck(challenge=challenge, key=key)
        if check.pk and (check.verdict, check.note, check.text) == (verdict, note, asked[key]):
            continue
        check.text, check.verdict, check.note = asked[key], Verdict(verdict), note
        check.by, check.at = by, clock.now()
        check.full_clean()
        check.save()
    row.version += 1
    row.changed_at = clock.now()
    row.save(update_fields=["version", "changed_at"])
    audit.record("initiatives.assessed", row, by=by)
    return list(challenge.checks.all())


def _free_key(text: str, taken: set[Any]) -> str:
    stem = slugs.words(text, otherwise="eis", length=32)
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}-{number}", number + 1
    return key


def _known(details: Mapping[str, Any]) -> None:
    if unknown := set(details) - WRITABLE:
        raise TypeError(f"challengers do not write {sorted(unknown)}")
