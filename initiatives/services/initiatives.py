"""The initiators' own steps: making, changing, handing in, adding, beginning, finishing, withdrawing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock, slugs
from foundation.municipalities.models import Municipality
from initiatives import notifications
from initiatives.enums import InitiativeKind, InitiativeState, TeamRole
from initiatives.errors import InitiativeError, WrongMoment
from initiatives.models import Initiative, TeamMember
from initiatives.queries.terms import weeks_for
from initiatives.rules import forget_team_role
from initiatives.services import _moves, conversation, terms

if TYPE_CHECKING:
    from foundation.accounts.models import User

# What the team may write on its page; everything else follows from what happens.
WRITABLE = frozenset(
    [
        "title",
        "summary",
        "story",
        "neighbourhood",
        "lon",
        "lat",
        "place",
        "with_whom",
        "asks",
        "asks_text",
        "starts_on",
        "ends_on",
    ]
)
# From the assessment on the text is what the municipality decides about: it stays as it is.
CHANGEABLE_IN = (InitiativeState.DRAFT, InitiativeState.SUBMITTED, InitiativeState.INCOMPLETE)
# First words behind ``initiatieven/`` that are pages of their own, and those behind ``beheer/initiatieven/``.
_PUBLIC_WORDS = ["nieuw", "uitnodiging", "uitdagen", "register", "elders", "handen", "kaartje"]
_STAFF_WORDS = ["bord", "toewijzen", "weergave", "termijnen", "waarden", "eisen", "importeren"]
RESERVED = frozenset([*_PUBLIC_WORDS, *_STAFF_WORDS])


def create(
    *, municipality: Municipality, kind: str, by: User, name_is_public: bool = True, **fields: Any
) -> Initiative:
    """Make a draft with ``by`` as its first initiator. Nobody else sees it until it is handed in.

    Args:
        fields: of ``WRITABLE``.

    Raises:
        ValidationError: per field.
    """
    _known(fields)
    with transaction.atomic():
        initiative = Initiative(
            municipality=municipality,
            kind=InitiativeKind(kind),
            slug=free_slug(municipality, fields["title"]),
            **fields,
        )
        initiative.created_by = by
        initiative.full_clean()
        initiative.save(force_insert=True)
        TeamMember.objects.create(initiative=initiative, user=by, role=TeamRole.INITIATOR, is_public=name_is_public)
        forget_team_role(by)
        audit.record("initiatives.create", initiative, by=by, new={"kind": str(kind)})
    return initiative


def change(*, initiative: Initiative, by: User, version: int | None, **fields: Any) -> Initiative:
    """Change the text of the plan.

    Args:
        version: ``initiative.version`` when the form was opened.
        fields: of ``WRITABLE``.

    Raises:
        Stale: somebody else saved in between; nothing was overwritten.
        WrongMoment: the municipality already assesses the text.
        PermissionDenied: not in the team.
        ValidationError: per field.
    """
    _known(fields)
    with transaction.atomic():
        row = _moves.locked(initiative.pk)
        _moves.need("initiatives.edit", by, row)
        if row.state not in CHANGEABLE_IN:
            raise WrongMoment(_("The municipality works with the text as it is now. Tell what changed in a news item."))
        _moves.same_version(row, version)
        changed = [name for name, value in fields.items() if getattr(row, name) != value]
        if not changed:
            return row
        for name in changed:
            setattr(row, name, fields[name])
        row.full_clean()
        row.version += 1
        row.changed_at = clock.now()
        row.save(update_fields=[*changed, "version", "changed_at"])
        if row.is_public:
            _moves.note_change(row)
        audit.record("initiatives.change", row, by=by, new={"fields": sorted(changed)})
        if "title" in changed:
            conversation.rename(row, by=by)
    return row


def submit(*, initiative: Initiative, by: User, version: int | None = None, answer: str = "") -> Initiative:
    """Hand it in: for the first time, which makes it public and starts the term, or with what the municipality asked.

    Args:
        answer: to the question for additions; everybody may read it.

    Raises:
        InitiativeError: something that a plan can't do without is missing.
        PermissionDenied, WrongMoment, Stale
    """
    today = clock.today()
    with transaction.atomic():
        row = _moves.locked(initiative.pk)
        _moves.same_version(row, version)
        again = row.state == InitiativeState.INCOMPLETE
        if not (row.title.strip() and row.summary.strip() and row.story.strip()):
            raise InitiativeError(_("A plan needs a title, a short summary and a text before you can hand it in."))
        fields = {} if row.submitted_at else {"submitted_at": clock.now()}
        entry = _moves.move(
            row, "submit", by=by, reason=answer.strip(), facts={"again": True} if again else {}, **fields
        )
        if again:
            terms.resume(row, day=today, by=by, reason=answer.strip())
        else:
            weeks = weeks_for(row.municipality, row.kind).decision
            terms.start(row, day=today, weeks=weeks, by=by)
            conversation.open_for(row, by=by)
        notifications.tell_handed_in(row, entry, again=again)
    return row


def withdraw(*, initiative: Initiative, by: User, reason: str, version: int | None = None) -> Initiative:
    """Stop with the plan. The page stays, with the reason.

    Raises:
        InitiativeError: no reason.
        PermissionDenied, WrongMoment, Stale
    """
    if not reason.strip():
        raise InitiativeError(_("Say in a few words why you stop. Others can learn from it."))
    with transaction.atomic():
        row = _moves.locked(initiative.pk)
        _moves.same_version(row, version)
        entry = _moves.move(row, "withdraw", by=by, reason=reason.strip())
        terms.end(row)
        notifications.tell_team(row, entry, by=by)
    return row


def start(*, initiative: Initiative, by: User, version: int | None = None) -> Initiative:
    """The work has begun.

    Raises:
        PermissionDenied, WrongMoment, Stale
    """
    return _simple(initiative, "start", by, version)


def finish(*, initiative: Initiative, by: User, version: int | None = None) -> Initiative:
    """The work is done.

    Raises:
        PermissionDenied, WrongMoment, Stale
    """
    return _simple(initiative, "finish", by, version)


def _simple(initiative: Initiative, action: str, by: User, version: int | None) -> Initiative:
    with transaction.atomic():
        row = _moves.locked(initiative.pk)
        _moves.same_version(row, version)
        entry = _moves.move(row, action, by=by)
        notifications.tell_team(row, entry, by=by)
    return row


def _known(fields: dict[str, Any]) -> None:
    if unknown := set(fields) - WRITABLE:
        raise TypeError(f"a team does not write {sorted(unknown)}")


def free_slug(municipality: Municipality, title: str) -> str:
    """An address of the words of the title. Two plans of one title in the same moment: the constraint refuses one, and
    its sender presses again; nothing typed is lost."""
    rows = Initiative.objects.for_municipality(municipality)
    return slugs.free_unnumbered(title, rows, otherwise="initiatief", reserved=RESERVED)
