"""The messages of Changelabs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from changelab import links
from changelab.enums import LabRole
from changelab.models import LabMember
from foundation.accounts.models import User
from foundation.notifications.kinds import Kind, Topic, register, register_topic
from foundation.notifications.services import mail_to, notify
from learning_network.enums import ProgrammeRoleKind

if TYPE_CHECKING:
    from changelab.models import Application, FollowUp, Harvest, Lab
    from learning_network.models import Lesson

CHANGELAB = register_topic(Topic("changelab", _("Changelab"), _("For who takes part in a Changelab."), for_all=False))
INVITED = register(
    Kind(
        code="changelab.invited",
        topic=CHANGELAB.code,
        name=_("You are asked into a Changelab"),
        subject=_("Come into the Changelab “%(lab)s”"),
        body="changelab/mail/invited.txt",
        action=_("Look at the lab and come in"),
        urgent=True,
    )
)
APPLIED = register(
    Kind(
        code="changelab.applied",
        topic=CHANGELAB.code,
        name=_("A municipality asks for a lab"),
        subject=_("%(municipality)s asks for a lab in “%(cohort)s”"),
        body="changelab/mail/applied.txt",
        action=_("Read the application"),
    )
)
ANSWERED = register(
    Kind(
        code="changelab.answered",
        topic=CHANGELAB.code,
        name=_("There is an answer to your application for a lab"),
        subject=_("About your application for “%(cohort)s”"),
        body="changelab/mail/answered.txt",
        action=_("Read the answer"),
        urgent=True,
    )
)

PLACE_FREE = register(
    Kind(
        code="changelab.place_free",
        topic=CHANGELAB.code,
        name=_("A lab stopped: there is a place again"),
        subject=_("“%(lab)s” stopped: there is a place in “%(cohort)s”"),
        body="changelab/mail/place_free.txt",
        action=_("Look at the applications"),
    )
)
FOLLOW_UP = register(
    Kind(
        code="changelab.follow_up",
        topic=CHANGELAB.code,
        name=_("You are asked what came of your lab"),
        subject=_("What came of “%(lab)s”, %(months)s months later?"),
        body="changelab/mail/follow_up.txt",
        action=_("Fill in the short form"),
    )
)
TAKEN_ALONG = register(
    Kind(
        code="changelab.taken_along",
        topic=CHANGELAB.code,
        name=_("A lesson was taken back with what it began with"),
        subject=_("“%(lesson)s” was taken back"),
        body="changelab/mail/taken_along.txt",
        action=_("Look at the lesson"),
    )
)
LET_GO = register(
    Kind(
        code="changelab.let_go",
        topic=CHANGELAB.code,
        name=_("A lesson that was taken back is a text of its own now"),
        subject=_("“%(lesson)s” can be shared again"),
        body="changelab/mail/let_go.txt",
        action=_("Go to the lab"),
    )
)


def _leads_of_programme(lab: Lab) -> Any:
    rows = User.objects.filter(
        programme_roles__programme=lab.cohort.programme_id, programme_roles__kind=ProgrammeRoleKind.LEAD
    )
    return rows.distinct()


def tell_taken_along(harvest: Harvest, lesson: Lesson) -> int:
    """Tell the author of a lesson, and who leads the programme, that it was taken back with its source; once per time."""
    lab = harvest.lab
    told: dict[str, Any] = {
        "kind": TAKEN_ALONG,
        "about": f"learning_network.lesson:{lesson.pk}",
        "moment": f"taken-along-{lesson.version}",
        "context": {"lesson": lesson.title, "lab": lab.title},
    }
    sent = notify(recipients=[lesson.author], url=lesson.get_absolute_url(), **told) if lesson.author is not None else 0
    leads = _leads_of_programme(lab).exclude(pk=lesson.author_id)  # who can't read the lesson any more
    return sent + notify(recipients=leads, url=reverse("changelab:kitchen", args=[lab.cohort.slug, lab.slug]), **told)


def tell_let_go(harvest: Harvest, by: User) -> int:
    """Tell the leads of the lab and of the programme that an author changed a lesson and declared it a text of its own."""
    lab = harvest.lab
    own = LabMember.objects.present().filter(lab=lab, role=LabRole.LEAD).values("user")
    people = {user.pk: user for user in (*User.objects.filter(pk__in=own), *_leads_of_programme(lab))}
    people.pop(by.pk, None)
    return notify(
        kind=LET_GO,
        recipients=people.values(),
        about=f"learning_network.lesson:{harvest.lesson_id}",
        moment=f"let-go-{harvest.pk}-{harvest.loose_at:%Y%m%d%H%M%S}",
        context={"lesson": harvest.lesson.title, "lab": lab.title, "by": str(by)},
        url=reverse("changelab:kitchen", args=[lab.cohort.slug, lab.slug]),
    )


def ask_follow_up(follow_up: FollowUp) -> int:
    """Ask the leads of a lab what came of it; once per moment."""
    leads = LabMember.objects.present().filter(lab=follow_up.lab_id, role=LabRole.LEAD).values("user")
    return notify(
        kind=FOLLOW_UP,
        recipients=User.objects.filter(pk__in=leads),
        about=f"changelab.lab:{follow_up.lab_id}",
        moment=f"follow-up-{follow_up.months}",
        context={"lab": follow_up.lab.title, "months": follow_up.months},
        url=reverse("changelab:follow_up", args=[follow_up.lab.cohort.slug, follow_up.lab.slug, follow_up.months]),
    )


def invite(member: LabMember, *, by: User) -> None:
    """The mail with the personal link; asking again sends again."""
    mail_to(
        address=member.email,
        kind=INVITED,
        about=f"changelab.member:{member.pk}",
        moment=f"invited-{member.invited_at:%Y%m%d%H%M%S%f}",
        context={"lab": member.lab.title, "summary": member.lab.summary, "by": str(by)},
        url=links.address_of(member),
    )


def tell_leads(application: Application) -> int:
    """Tell who runs the programme that a municipality asks for a lab."""
    cohort = application.cohort
    return notify(
        kind=APPLIED,
        recipients=User.objects.filter(programme_roles__programme=cohort.programme_id).distinct(),
        about=f"changelab.application:{application.pk}",
        moment=f"applied-{application.version}",
        context={"municipality": str(application), "cohort": cohort.title},
        url=cohort.get_absolute_url(),
    )


def tell_place_free(lab: Lab, first: Application | None) -> int:
    """Tell who leads the programme that a lab stopped, and which municipality is first in line; once per lab."""
    cohort = lab.cohort
    leads = User.objects.filter(programme_roles__programme=cohort.programme_id, programme_roles__kind="lead")
    return notify(
        kind=PLACE_FREE,
        recipients=leads.distinct(),
        about=f"changelab.lab:{lab.pk}",
        moment="place-free",
        context={"lab": lab.title, "cohort": cohort.title, "first": str(first) if first else ""},
        url=reverse("changelab:applications", args=[cohort.slug]),
    )


def tell_answer(application: Application) -> int:
    """Tell the people of a municipality what was answered."""
    people = application.enrolment.participants.filter(joined_at__isnull=False, left_at=None).values("user")
    return notify(
        kind=ANSWERED,
        recipients=User.objects.filter(pk__in=people),
        about=f"changelab.application:{application.pk}",
        moment=f"answered-{application.version}",
        context={
            "cohort": application.cohort.title,
            "answer": application.state,
            "reason": application.reason,
            "place": application.line_number or 0,
        },
        url=application.cohort.get_absolute_url(),
    )
