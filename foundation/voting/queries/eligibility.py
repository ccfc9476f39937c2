"""Who may vote, told in plain words before somebody does the work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from foundation.core.clock import today
from foundation.municipalities.enums import Assurance
from foundation.municipalities.models import Residency
from foundation.voting import codes, papers
from foundation.voting.codes import CodeVoter
from foundation.voting.enums import BallotState, CodeState, Electorate
from foundation.voting.models import BallotSecret, GroupMember, VoterRecord

if TYPE_CHECKING:
    from foundation.voting.models import Ballot


@dataclass(frozen=True)
class Eligibility:
    """Whether somebody may vote now.

    ``code`` is for programs and tests, ``text`` for people, ``action`` says what they can do: "login", "residency",
    "confirm" (prove the residency), "code" (type a voting code), "join" (take a place in the group) or "". ``area_id`` is where the vote counts in the turnout.
    """

    code: str
    text: str = ""
    action: str = ""
    area_id: int | None = None

    @property
    def may_vote(self) -> bool:
        return self.code == "eligible"


def may_change(ballot: Ballot, found: Eligibility) -> bool:
    """Whether somebody of whom ``check`` found this can change their vote now, if they have the receipt."""
    return ballot.allow_change and found.code == "voted"


def electorate_areas(ballot: Ballot) -> set[int]:
    """Ids of the areas whose residents may vote; empty for the whole municipality. Frozen from opening on."""
    if ballot.frozen:
        return set(ballot.frozen["electorate"]["area_ids"])
    return set(ballot.ballot_areas.values_list("area_id", flat=True))


def check(ballot: Ballot, user: Any, now: datetime, *, look_in_roll: bool = True) -> Eligibility:
    """Whether ``user`` may vote in ``ballot`` at ``now``, and if not, why and what to do.

    ``look_in_roll=False`` leaves out whether they voted already (casting finds that out by itself).
    """
    phase = ballot.phase(now)
    if phase == BallotState.CANCELLED:
        return Eligibility("cancelled", _("This vote has been cancelled."))
    if phase not in (BallotState.DRAFT, BallotState.ANNOUNCED, BallotState.OPEN):
        if look_in_roll and has_voted(ballot, user):
            return Eligibility("voted_closed", _("You voted. The vote is closed now."))
        return Eligibility("closed", _("The vote is closed. You can't vote any more."))
    person = check_person(ballot, user, now)
    if not person.may_vote:
        return person
    if phase != BallotState.OPEN:
        return Eligibility("not_open", _("You may vote as soon as the vote opens."), area_id=person.area_id)
    if look_in_roll and has_voted(ballot, user):
        if isinstance(user, CodeVoter):
            return Eligibility("voted", _("Somebody has voted with this code. That vote is in the ballot box."))
        return Eligibility("voted", _("You have voted. Your vote is in the ballot box."))
    return person


def check_person(ballot: Ballot, user: Any, now: datetime) -> Eligibility:
    """Whether ``user`` belongs to the electorate, whatever the moment."""
    if ballot.electorate == Electorate.CODES:
        return _check_code(ballot, user)
    if not user.is_authenticated and ballot.electorate == Electorate.GROUP:
        text = _("Members of “%(group)s” vote. Log in with the address at which you were invited.")
        return Eligibility("login", text % {"group": ballot.group}, "login")
    if not user.is_authenticated:
        return Eligibility("login", _("Log in to vote. That way everybody votes once."), "login")
    if ballot.electorate == Electorate.ANYONE:
        return Eligibility("eligible")
    if ballot.electorate == Electorate.GROUP:
        return _check_member(ballot, user)
    residency = _residency(ballot.municipality_id, user)
    areas = electorate_areas(ballot)
    if residency is None or (areas and residency.neighbourhood is None):
        return Eligibility("no_residency", _("Tell us first in which neighbourhood you live."), "residency")
    place = residency.neighbourhood
    if areas and place is not None and not areas & {place.pk, place.parent_id}:
        return Eligibility(
            "other_area",
            _("You live in %(place)s. This vote is for residents of another part of the municipality.")
            % {"place": place.name},
            "residency",
        )
    if residency.assurance < ballot.required_assurance:
        return Eligibility(
            "assurance",
            _("For this vote your residency must be %(level)s. Yours is %(own)s.")
            % {
                "level": Assurance(ballot.required_assurance).label,
                "own": Assurance(residency.assurance).label,
            },
            "confirm",
        )
    if ballot.minimum_age:
        if residency.birth_year is None:
            return Eligibility("no_age", _("Tell us first in which year you were born."), "residency")
        # Only the year is known: who reaches the age in the year of the vote takes part.
        year = today(ballot.opens_at or now).year
        if year - residency.birth_year < ballot.minimum_age:
            return Eligibility(
                "too_young",
                _("You may vote from the year in which you turn %(age)d.") % {"age": ballot.minimum_age},
            )
    return Eligibility("eligible", area_id=place.pk if place else None)


def _check_member(ballot: Ballot, user: Any) -> Eligibility:
    """Who took a place in the group may vote; whose address is on the list takes the place first."""
    group = ballot.group
    places = GroupMember.objects.filter(Q(user=user) | Q(user=None, email=user.email), group=group).exclude(
        user=None, email=""
    )
    taken = {user_id is not None for user_id in places.values_list("user_id", flat=True)}
    if True in taken:
        return Eligibility("eligible")
    if taken:
        text = _("You are on the list of “%(group)s”. Say first that it is you; then you can vote.")
        return Eligibility("join", text % {"group": group}, "join")
    text = _(
        "Only members of “%(group)s” may vote here, and the address of your account is not on the list. Were you invited at "
        "another address? Then log in with that one. Do you belong to the group? Ask the municipality."
    )
    return Eligibility(
        "no_member", " ".join(part for part in (text % {"group": group}, group and group.description) if part)
    )


def _check_code(ballot: Ballot, user: Any) -> Eligibility:
    """Who holds a living code of this ballot may vote, whether or not they have an account."""
    if not isinstance(user, CodeVoter) or user.ballot_id != ballot.pk:
        return Eligibility("code", _("You vote with the code from the letter that the municipality sent."), "code")
    if user.state != CodeState.ACTIVE:
        return Eligibility("dead_code", dead_code(), "code")
    return Eligibility("eligible", area_id=user.area_id)


def dead_code() -> str:
    """What is told to somebody whose code was blocked or replaced."""
    return _(
        "This code does not work any more: it was blocked, or replaced by a new one. "
        "Did you not ask for that? Go to the desk of your municipality and take your letter with you."
    )


def key_of(secret: BallotSecret, user: Any) -> bytes:
    """The name of a voter in the roll: of an account, or of the holder of a code."""
    if isinstance(user, CodeVoter):
        return codes.voter_key(bytes(secret.roll_key), user.fingerprint)
    return papers.voter_key(bytes(secret.roll_key), user.pk)


def _residency(municipality_id: int, user: Any) -> Residency | None:
    known: dict[int, Residency | None] = getattr(user, "_residencies", {})  # by queries.door, for this request
    if municipality_id in known:
        return known[municipality_id]
    return Residency.objects.filter(municipality_id=municipality_id, user=user).select_related("neighbourhood").first()


def has_voted(ballot: Ballot, user: Any) -> bool:
    """Whether the roll has a line for this user. Not known any more once the ballot's keys are destroyed."""
    if not user.is_authenticated and not isinstance(user, CodeVoter):
        return False
    secret = _secret(ballot)
    if secret is None:
        return False
    return VoterRecord.objects.filter(ballot=ballot, voter_key=key_of(secret, user)).exists()


def _secret(ballot: Ballot) -> BallotSecret | None:
    try:
        return ballot.secret
    except BallotSecret.DoesNotExist:
        return None
