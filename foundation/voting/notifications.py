"""The messages about ballots. They say that something happened, never what anybody chose."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core import clock
from foundation.municipalities.enums import RoleKind
from foundation.notifications.kinds import Kind, Topic, register, register_topic
from foundation.notifications.models import Message
from foundation.notifications.services import forget, mail_to, notify
from foundation.voting import papers, public_log
from foundation.voting.enums import Electorate
from foundation.voting.models import BallotSecret, GroupMember, LogHead, Observer, VoterRecord

if TYPE_CHECKING:
    from foundation.voting.models import Ballot, HourHead

VOTING = register_topic(Topic("voting", _("Voting"), _("New votes, reminders and results in your municipality.")))
VOTING_STAFF = register_topic(
    Topic("voting_staff", _("Running votes"), _("For staff: votes that wait for a step."), for_all=False)
)

BALLOT_ANNOUNCED = register(
    Kind(
        code="voting.ballot_announced",
        topic=VOTING.code,
        name=_("A vote is coming"),
        subject=_("A vote is coming: %(title)s"),
        body="voting/mail/ballot_announced.txt",
        action=_("See what it is about"),
    )
)
BALLOT_OPENED = register(
    Kind(
        code="voting.ballot_opened",
        topic=VOTING.code,
        name=_("A vote has opened"),
        subject=_("You can vote: %(title)s"),
        body="voting/mail/ballot_opened.txt",
        action=_("Go to the vote"),
    )
)
BALLOT_MOVED = register(
    Kind(
        code="voting.ballot_moved",
        topic=VOTING.code,
        name=_("A vote gets other times"),
        subject=_("Other times for the vote: %(title)s"),
        body="voting/mail/ballot_moved.txt",
        action=_("See what it is about"),
        urgent=True,
    )
)
CLOSING_SOON = register(
    Kind(
        code="voting.closing_soon",
        topic=VOTING.code,
        name=_("A vote closes soon"),
        subject=_("You can still vote: %(title)s"),
        body="voting/mail/closing_soon.txt",
        action=_("Go to the vote"),
        urgent=True,
    )
)
BALLOT_CANCELLED = register(
    Kind(
        code="voting.ballot_cancelled",
        topic=VOTING.code,
        name=_("A vote was cancelled"),
        subject=_("The vote does not go ahead: %(title)s"),
        body="voting/mail/ballot_cancelled.txt",
        action=_("Read why"),
    )
)
VOTE_RECEIVED = register(
    Kind(
        code="voting.vote_received",
        topic=VOTING.code,
        name=_("Your vote was received"),
        subject=_("Your vote was received: %(title)s"),
        body="voting/mail/vote_received.txt",
        action=_("Go to the vote"),
        urgent=True,
    )
)
RESULT_PUBLISHED = register(
    Kind(
        code="voting.result_published",
        topic=VOTING.code,
        name=_("A result was published"),
        subject=_("The result is known: %(title)s"),
        body="voting/mail/result_published.txt",
        action=_("See the result"),
    )
)
BALLOT_COUNTED = register(
    Kind(
        code="voting.ballot_counted",
        topic=VOTING_STAFF.code,
        name=_("A vote was counted"),
        subject=_("Counted, and waiting for you: %(title)s"),
        body="voting/mail/ballot_counted.txt",
        action=_("Look at the result"),
        urgent=True,
    )
)
CODES_GUESSED = register(
    Kind(
        code="voting.codes_guessed",
        topic=VOTING_STAFF.code,
        name=_("Many wrong voting codes"),
        subject=_("Many wrong codes are being tried: %(title)s"),
        body="voting/mail/codes_guessed.txt",
        action=_("Look at the codes"),
        urgent=True,
    )
)


GROUP_INVITATION = register(
    Kind(
        code="voting.group_invitation",
        topic=VOTING.code,
        name=_("An invitation to a group of voters"),
        subject=_("You may vote as a member of %(group)s"),
        body="voting/mail/group_invitation.txt",
        action=_("Say that it is you"),
        urgent=True,
        switchable=False,
    )
)
HEAD_OF_THE_HOUR = register(
    Kind(
        code="voting.head_of_the_hour",
        topic=VOTING.code,
        name=_("A head of the public log"),
        subject=_("Public log of %(title)s: %(size)s votes"),
        body="voting/mail/head_of_the_hour.txt",
        action=_("See the public log"),
        urgent=True,
    )
)


def tell_announced(ballot: Ballot) -> int:
    # Announced anew with other times after it was taken back: that is news again.
    assert ballot.opens_at is not None
    assert ballot.closes_at is not None
    moment = f"announced-{ballot.opens_at:%Y%m%d%H%M}-{ballot.closes_at:%Y%m%d%H%M}"
    return _send(BALLOT_ANNOUNCED, ballot, electorate(ballot), moment)


def tell_opened(ballot: Ballot) -> int:
    if ballot.is_historic:
        return 0
    return _send(BALLOT_OPENED, ballot, electorate(ballot), "opened")


def tell_moved(ballot: Ballot) -> int:
    """To those who were told of the vote before: it opens or closes at another moment. Once for each pair of times."""
    told = Message.objects.filter(kind__in=[BALLOT_ANNOUNCED.code, BALLOT_MOVED.code], about=_about(ballot))
    recipients = User.objects.filter(pk__in=told.values("recipient"))
    return _send(BALLOT_MOVED, ballot, recipients, f"moved-{clock.now().isoformat()}")


def tell_closing_soon(ballot: Ballot, moment: str) -> int:
    """To those who may vote and are not on the roll; who they are is worked out here and kept nowhere."""
    secret = BallotSecret.objects.get(ballot=ballot)
    roll = {bytes(key) for key in VoterRecord.objects.filter(ballot=ballot).values_list("voter_key", flat=True)}
    people = electorate(ballot)
    if ballot.minimum_age:  # who is too young can't do anything with it; whose age is unknown can still tell it
        year = clock.today(ballot.opens_at).year
        people = people.exclude(
            residencies__municipality=ballot.municipality, residencies__birth_year__gt=year - ballot.minimum_age
        )
    waiting = [user for user in people if papers.voter_key(bytes(secret.roll_key), user.pk) not in roll]
    return _send(CLOSING_SOON, ballot, waiting, moment)


def tell_cancelled(ballot: Ballot) -> int:
    return _send(BALLOT_CANCELLED, ballot, electorate(ballot), "cancelled", reason=ballot.cancel_reason)


def tell_received(ballot: Ballot, user: User) -> int:
    return _send(VOTE_RECEIVED, ballot, [user], "received")


def _about(ballot: Ballot) -> str:
    return f"voting.ballot:{ballot.pk}"


def forget_who_voted(ballot: Ballot) -> int:
    """Delete the messages that tell who voted and who had not yet; the roll can't tell it any more either."""
    return forget(kinds=[VOTE_RECEIVED, CLOSING_SOON], about=_about(ballot))


def tell_published(ballot: Ballot) -> int:
    if ballot.is_historic:
        return 0
    url = reverse("voting:result", args=[ballot.municipality.slug, ballot.slug])
    return _send(RESULT_PUBLISHED, ballot, electorate(ballot), "published", url=url)


def tell_guessing(ballot: Ballot, hour: str) -> int:
    """To the colleagues who run the vote, once an hour at most: many wrong codes are being tried."""
    url = reverse("voting:codes", args=[ballot.municipality.slug, ballot.slug])
    return _send(CODES_GUESSED, ballot, _colleagues(ballot), f"guessing-{hour}", url=url)


def tell_counted(ballot: Ballot) -> int:
    """To the colleagues who may certify."""
    if ballot.is_historic:
        return 0
    url = reverse("voting:staff_detail", args=[ballot.municipality.slug, ballot.slug])
    return _send(BALLOT_COUNTED, ballot, _colleagues(ballot), "counted", url=url)


def tell_observers(ballot: Ballot, hour: HourHead) -> int:
    """The signed head of an hour to the observers of a ballot. Returns to how many."""
    told = {"hour": public_log.hour_text(hour.hour), "signature": hour.signature}
    return _to_observers(ballot, f"hour-{told['hour']}", hour.number, hour.size, hour.root, hour.head, **told)


def tell_observers_last(ballot: Ballot) -> int:
    """The last head, after the last votes of a closed ballot came in."""
    last = LogHead.objects.filter(ballot=ballot).order_by("-number").first()
    if last is None:
        return 0
    return _to_observers(ballot, "last", last.number, last.size, last.root, last.name, signature=last.signature)


def _to_observers(ballot: Ballot, moment: str, number: int, size: int, root: str, head: str, **more: str) -> int:
    context = {
        "title": ballot.title,
        "number": number,
        "size": size,
        "root": root,
        "head": head,
        "rules_sha256": ballot.rules_sha256,
        "public_key": ballot.frozen["log"]["public_key"],
        **more,
    }
    url = reverse("voting:log", args=[ballot.municipality.slug, ballot.slug])
    sent = 0
    for address in Observer.objects.filter(ballot=ballot).order_by("email").values_list("email", flat=True):
        sent += mail_to(
            address=address,
            kind=HEAD_OF_THE_HOUR,
            about=_about(ballot),
            moment=moment,
            context=context,
            url=url,
            municipality=ballot.municipality,
        )
    return sent


def forget_observers(ballot: Ballot) -> int:
    """Delete the messages to observers, and with them their addresses."""
    return forget(kinds=[HEAD_OF_THE_HOUR], about=_about(ballot))


def _colleagues(ballot: Ballot) -> Iterable[User]:
    return User.objects.filter(
        roles__municipality=ballot.municipality, roles__kind__in=[RoleKind.CIVIL_SERVANT, RoleKind.ADMINISTRATOR]
    ).distinct()


def electorate(ballot: Ballot) -> QuerySet[User]:
    """Residents with an account who live where the vote is. (Age and assurance are told on the page itself.)

    Who holds a code is known to nobody here: a vote with codes is announced by its letters.
    """
    if ballot.electorate == Electorate.CODES:
        return User.objects.none()
    if ballot.electorate == Electorate.GROUP:  # whose address is on the list has their place until somebody takes it
        places = GroupMember.objects.filter(group=ballot.group_id)
        taken, kept_free = places.values("user"), places.filter(user=None).exclude(email="").values("email")
        return User.objects.filter(Q(pk__in=taken) | Q(email__in=kept_free))
    people = User.objects.filter(residencies__municipality=ballot.municipality)
    if ballot.electorate == Electorate.RESIDENTS and (
        areas := list(ballot.ballot_areas.values_list("area_id", flat=True))
    ):
        people = people.filter(
            Q(residencies__neighbourhood_id__in=areas) | Q(residencies__neighbourhood__parent_id__in=areas),
            residencies__municipality=ballot.municipality,
        )
    return people.distinct()


def _send(kind: Kind, ballot: Ballot, recipients: Iterable[User], moment: str, url: str = "", **more: Any) -> int:
    return notify(
        kind=kind,
        recipients=recipients,
        about=_about(ballot),
        moment=moment,
        context={
            "title": ballot.title,
            "opens_at": ballot.opens_at,
            "closes_at": ballot.closes_at,
            **more,
        },
        url=url or ballot.get_absolute_url(),
        municipality=ballot.municipality,
    )
