"""What waits for the people of a town hall today: each piece of work with the page where it is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core import health
from foundation.core.context import url_or_empty
from foundation.core.templatetags.aanzet import near, short_day
from foundation.municipalities.enums import InvitationState
from foundation.municipalities.models import Invitation, Municipality
from foundation.notifications.queries import mail_stands_still, stuck
from foundation.voting.enums import BallotState
from foundation.voting.models import Ballot
from foundation.voting.queries.paper import waits_for_paper
from foundation.voting.queries.stuck import LATE, stuck_of
from portal.queries.today_initiatives import discussion_work, initiative_work
from portal.queries.today_participation import participation_work
from portal.queries.work import Work

if TYPE_CHECKING:
    from foundation.accounts.models import User

SOON = timedelta(days=7)
SHOWN = 12


@dataclass(frozen=True)
class Warning:
    """Something technical that people at the town hall must know, in words."""

    title: str
    text: str
    kind: str = "warning"
    url: str = ""


@dataclass(frozen=True)
class Today:
    """The page "Vandaag". The lists hold ``SHOWN`` lines at most."""

    warnings: list[Warning] = field(default_factory=list)
    now: list[Work] = field(default_factory=list)
    initiatives: list[Work] = field(default_factory=list)
    processes: list[Work] = field(default_factory=list)
    talk: list[Work] = field(default_factory=list)
    soon: list[Work] = field(default_factory=list)
    drafts: list[Work] = field(default_factory=list)
    people: list[Work] = field(default_factory=list)

    @property
    def is_quiet(self) -> bool:
        work = (self.now, self.initiatives, self.processes, self.talk, self.soon, self.drafts, self.people)
        return not (self.warnings or any(work))


def today(municipality: Municipality, user: User, now: datetime) -> Today:
    """What waits in this municipality for this member of staff."""
    may_manage = user.has_perm("voting.manage_ballots", municipality)
    is_administrator = user.has_perm("municipalities.manage", municipality)
    ballots = list(
        Ballot.objects.for_municipality(municipality)
        .filter(_asks_attention(now))
        .defer("rules_json", "question")
        .order_by("closes_at", "pk")[: SHOWN * 4]
    )
    paper = waits_for_paper(ballots)
    return Today(
        warnings=_warnings(municipality, now),
        now=[line for ballot in ballots if (line := _needs_you(ballot, municipality, now, paper.get(ballot.pk, "")))][
            :SHOWN
        ],
        initiatives=initiative_work(municipality, user, now),
        processes=participation_work(municipality, user, now),
        talk=discussion_work(municipality, user, now),
        soon=[line for ballot in ballots if (line := _comes(ballot, municipality, now))][:SHOWN],
        drafts=[_draft(ballot, municipality) for ballot in ballots if ballot.state == BallotState.DRAFT and may_manage][
            :SHOWN
        ],
        people=_invitations(municipality, now) if is_administrator else [],
    )


def _asks_attention(now: datetime) -> Q:
    return (
        Q(state__in=[BallotState.DRAFT, BallotState.CLOSED, BallotState.COUNTED, BallotState.CERTIFIED])
        | Q(state=BallotState.ANNOUNCED, opens_at__lte=now + SOON)
        | Q(state=BallotState.OPEN, closes_at__lte=now + SOON)
    )


def ballot_url(ballot: Ballot, municipality: Municipality) -> str:
    """The staff page of a ballot."""
    return url_or_empty("voting:staff_detail", municipality.slug, ballot.slug)


def _needs_you(ballot: Ballot, municipality: Municipality, now: datetime, waits: str) -> Work | None:
    url, phase = ballot_url(ballot, municipality), ballot.phase(now)
    if phase == BallotState.CLOSED and waits:
        url = url_or_empty("voting:paper", municipality.slug, ballot.slug)
        return Work(ballot.title, waits, url, _("Paper"), "warning")
    if phase == BallotState.CLOSED:
        closed_at = ballot.closed_at or ballot.closes_at or now
        late = now - closed_at > LATE
        text = _("Closed %(when)s and still not counted.") if late else _("Closed %(when)s. The count runs by itself.")
        badge, kind = (_("Count is stuck"), "error") if late else (_("Being counted"), "info")
        return Work(ballot.title, text % {"when": near(closed_at)}, url, badge, kind, late)
    if phase == BallotState.COUNTED:
        return Work(ballot.title, _("Counted. Check the result and establish it."), url, _("Establish"), "warning")
    if phase == BallotState.CERTIFIED:
        return Work(ballot.title, _("The result is established. Publish it."), url, _("Publish"), "warning")
    return None


def _comes(ballot: Ballot, municipality: Municipality, now: datetime) -> Work | None:
    url, phase = ballot_url(ballot, municipality), ballot.phase(now)
    if phase == BallotState.ANNOUNCED:
        return Work(ballot.title, _("Opens %(when)s") % {"when": near(ballot.opens_at)}, url, _("Opens"), "info")
    if phase == BallotState.OPEN and ballot.closes_at and ballot.closes_at <= now + SOON:
        return Work(ballot.title, _("Closes %(when)s") % {"when": near(ballot.closes_at)}, url, _("Open now"), "open")
    return None


def _draft(ballot: Ballot, municipality: Municipality) -> Work:
    opens = ballot.opens_at
    text = (
        _("Should open %(when)s") % {"when": near(opens)}
        if opens
        else _("Made on %(day)s") % {"day": short_day(ballot.created_at)}
    )
    return Work(ballot.title, text, ballot_url(ballot, municipality), _("Draft"))


def _invitations(municipality: Municipality, now: datetime) -> list[Work]:
    url = url_or_empty("municipalities:people", municipality.slug)
    lines = []
    for invitation in Invitation.objects.for_municipality(municipality).waiting().order_by("expires_at")[:SHOWN]:
        expired = invitation.state(now) == InvitationState.EXPIRED
        text = _("Ran out on %(day)s. Send it again.") if expired else _("Not answered yet; valid until %(day)s.")
        lines.append(
            Work(
                f"{invitation.email} ({invitation.get_kind_display()})",
                text % {"day": short_day(invitation.expires_at)},
                url,
                _("Ran out") if expired else _("Invited"),
                "warning" if expired else "",
                expired,
            )
        )
    return lines


def _warnings(municipality: Municipality, now: datetime) -> list[Warning]:
    found = [Warning(trouble.title, trouble.text, "error") for trouble in health.troubles(now)]
    if not found and mail_stands_still(now):
        found.append(
            Warning(
                _("The mail server takes no mail"),
                _("Mail is kept and goes out as soon as it does. Tell the people who run this installation."),
                "error",
            )
        )
    found += [
        Warning(f"{line.title}: {line.ballot.title}", line.text, "error", ballot_url(line.ballot, municipality))
        for line in stuck_of(municipality, now)
        if line.code != "count"  # that one stands among the work, as late
    ]
    mails = stuck(now, municipality.pk)
    if mails:
        number = mails.waiting + mails.given_up + mails.uncertain
        found.append(
            Warning(
                _("Mail is stuck"),
                ngettext(
                    "%(n)d e-mail did not go out as it should.", "%(n)d e-mails did not go out as they should.", number
                )
                % {"n": number},
                url=url_or_empty("notifications:stuck", municipality.slug),
            )
        )
    return found
