"""The projects on the ballot paper, until it opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.core.uploads import check_image
from foundation.municipalities.models import Area
from foundation.voting.enums import BallotState
from foundation.voting.errors import NotReady, VotingError, WrongMoment
from foundation.voting.models import Ballot, Option
from foundation.voting.queries.readiness import problems
from foundation.voting.services._locks import locked, need

MAX_OPTIONS = 500


@dataclass(frozen=True)
class NewOption:
    """One project to put on the paper; ``cost_cents`` in cents (0 where no money is divided), ``area`` where it lies (or None).

    ``picture``: the name of a stored one that goes along, or a checked file (``foundation.core.uploads.check_image``).
    """

    title: str
    cost_cents: int = 0
    text: str = ""
    area: Area | None = None
    category: str = ""
    reference: str = ""
    url: str = ""
    picture: str | File[Any] = ""
    picture_alt: str = ""


@dataclass(frozen=True)
class Proposal:
    """A proposal as another part of the portal hands it over: plain data, no rows of ours."""

    title: str
    text: str = ""
    cost_cents: int = 0
    area_code: str = ""
    category: str = ""
    reference: str = ""
    url: str = ""
    picture: File[Any] | None = None
    picture_alt: str = ""


class WrongProposals(VotingError):
    """Some proposals can't stand on a paper; ``problems`` says which and why, a sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = list(problems)


def from_proposals(*, ballot: Ballot, proposals: Sequence[Proposal], by: User) -> list[Option]:
    """Put proposals on the paper in one step, in this order, instead of what stood there: all of them or none.

    Raises:
        PermissionDenied: ``by`` may not manage ballots here.
        WrongProposals: with everything that is wrong, by number.
        WrongMoment, NotReady: as ``replace_all``.
    """
    need("voting.manage_ballots", by, ballot.municipality)
    codes = {proposal.area_code for proposal in proposals if proposal.area_code}
    areas = {area.code: area for area in Area.objects.for_municipality(ballot.municipality).filter(code__in=codes)}
    made, wrong = [], list[str]()
    for number, given in enumerate(proposals, start=1):
        try:
            made.append(_new_option(given, areas))
        except ValidationError as error:
            wrong += [
                _("Proposal %(number)d (%(title)s): %(problem)s")
                % {"number": number, "title": given.title.strip()[:60] or "–", "problem": problem}
                for problem in error.messages
            ]
    if wrong:
        raise WrongProposals(wrong)
    return replace_all(ballot=ballot, options=made, by=by)


def _new_option(given: Proposal, areas: Mapping[str, Area]) -> NewOption:
    wrong = []
    title = " ".join(given.title.split())
    if not title:
        wrong.append(_("the title is missing."))
    elif len(title) > 200:
        wrong.append(_("the title is longer than 200 characters."))
    if given.cost_cents < 0:
        wrong.append(_("the cost is below zero."))
    if given.area_code and given.area_code not in areas:
        wrong.append(_("“%(area)s” is not a neighbourhood of this municipality.") % {"area": given.area_code})
    if given.url and not given.url.startswith(("https://", "http://")):
        wrong.append(_("the address of its page is not a web address."))
    picture: str | File[Any] = ""
    if given.picture is not None:
        try:
            picture = check_image(given.picture)
        except ValidationError as error:
            wrong += error.messages
    if wrong:
        raise ValidationError(wrong)
    return NewOption(
        title=title,
        cost_cents=given.cost_cents,
        text=given.text.strip(),
        area=areas.get(given.area_code),
        category=given.category[:80],
        reference=given.reference[:80],
        url=given.url,
        picture=picture,
        picture_alt=given.picture_alt[:200],
    )


def replace_all(*, ballot: Ballot, options: Sequence[NewOption], by: User) -> list[Option]:
    """Put these projects on the paper, numbered from 1 in this order, instead of what stood there.

    Raises:
        WrongMoment: the rules are frozen.
        VotingError: too many, or a project without a title or with a negative cost.
        NotReady: an announced ballot would become incomplete.
    """
    need("voting.manage_ballots", by, ballot.municipality)
    _check(ballot, options)
    with transaction.atomic():
        ballot = _editable(ballot)
        before = set(ballot.options.exclude(picture="").values_list("picture", flat=True))
        ballot.options.all().delete()
        made = Option.objects.bulk_create(
            Option(
                ballot=ballot,
                number=number,
                title=option.title,
                text=option.text,
                cost_cents=option.cost_cents,
                area=option.area,
                category=option.category,
                reference=option.reference,
                url=option.url,
                picture=option.picture,
                picture_alt=option.picture_alt if option.picture else "",
            )
            for number, option in enumerate(options, start=1)
        )
        if ballot.state == BallotState.ANNOUNCED and (found := problems(ballot, clock.now())):
            raise NotReady(found)
        audit.record("voting.options_set", ballot, by=by, new={"number_of_options": len(made)})
        _throw_away(before - {option.picture.name for option in made})
    return made


def set_picture(
    *,
    ballot: Ballot,
    number: int,
    by: User,
    picture: File[Any] | None = None,
    alt: str = "",
    url: str = "",
    remove: bool = False,
) -> Option:
    """The picture and the link of one option. Without ``picture`` the present one stays, unless ``remove``.

    Raises:
        PermissionDenied: ``by`` may not manage ballots here.
        WrongMoment: the rules are frozen.
        ValidationError: the file is no picture, or too big.
        Option.DoesNotExist: there is no option with this number.
    """
    need("voting.manage_ballots", by, ballot.municipality)
    checked = check_image(picture) if picture is not None else None
    with transaction.atomic():
        ballot = _editable(ballot)
        option = ballot.options.get(number=number)
        old = option.picture.name or ""
        if checked is not None:
            option.picture = checked
        elif remove:
            option.picture = ""
        option.picture_alt = alt.strip()[:200] if option.picture else ""
        option.url = url
        option.save(update_fields=["picture", "picture_alt", "url"])
        audit.record("voting.picture_set", ballot, by=by, new={"number": number, "picture": bool(option.picture)})
        if old and option.picture.name != old:
            _throw_away({old})
    return option


def _editable(ballot: Ballot) -> Ballot:
    ballot = locked(ballot.pk)
    if not ballot.is_editable or ballot.takes_votes(clock.now()):
        raise WrongMoment(_("The vote has opened: its projects can't be changed any more."))
    return ballot


def throw_away_pictures(ballot: Ballot) -> None:
    """Of a draft that is thrown away the stored pictures go too; call it in that transaction."""
    _throw_away(set(ballot.options.exclude(picture="").values_list("picture", flat=True)))


def _throw_away(names: set[str]) -> None:
    """Delete stored pictures that no option shows any more, once this is certain."""
    storage = Option._meta.get_field("picture").storage  # type: ignore[union-attr]
    for name in names:
        transaction.on_commit(lambda name=name: storage.delete(name), robust=True)  # type: ignore[misc]


def _check(ballot: Ballot, options: Sequence[NewOption]) -> None:
    if len(options) > MAX_OPTIONS:
        raise VotingError(_("A ballot has at most %(max)d projects.") % {"max": MAX_OPTIONS})
    for number, option in enumerate(options, start=1):
        if not option.title.strip():
            raise VotingError(_("Project %(number)d has no title.") % {"number": number})
        if option.cost_cents < 0:
            raise VotingError(_("The cost of project %(number)d is below zero.") % {"number": number})
        if option.area is not None and option.area.municipality_id != ballot.municipality_id:
            raise VotingError(_("Project %(number)d lies in another municipality.") % {"number": number})
