"""The messages about initiatives."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.text import plain
from foundation.municipalities.enums import STAFF_ROLES, RoleKind
from foundation.notifications.kinds import Kind, Topic, register, register_topic
from foundation.notifications.services import notify

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from initiatives.models import (
        ContactMoment,
        Initiative,
        Instalment,
        News,
        TimelineEntry,
    )

INITIATIVES = register_topic(
    Topic("initiatives", _("Initiatives"), _("News of initiatives that you make, support or follow."))
)
INITIATIVES_STAFF = register_topic(
    Topic("initiatives_staff", _("Initiatives at work"), _("For staff: initiatives that wait for you."), for_all=False)
)

MOVED = register(
    Kind(
        code="initiatives.moved",
        topic=INITIATIVES.code,
        name=_("An initiative of yours goes on"),
        subject=_("News about your plan: %(title)s"),
        body="initiatives/mail/moved.txt",
        action=_("Go to your plan"),
        urgent=True,
    )
)
ANSWER_SOON = register(
    Kind(
        code="initiatives.answer_soon",
        topic=INITIATIVES.code,
        name=_("Additions are waited for"),
        subject=_("We are waiting for your additions: %(title)s"),
        body="initiatives/mail/answer_soon.txt",
        action=_("Go to your plan"),
        urgent=True,
    )
)
ASSIGNED = register(
    Kind(
        code="initiatives.assigned",
        topic=INITIATIVES_STAFF.code,
        name=_("An initiative was given to you"),
        subject=_("For you: %(title)s"),
        body="initiatives/mail/assigned.txt",
        action=_("Open the initiative"),
    )
)
TERM_ENDS = register(
    Kind(
        code="initiatives.term_ends",
        topic=INITIATIVES_STAFF.code,
        name=_("A term runs out"),
        subject=_("Decide before %(day)s: %(title)s"),
        body="initiatives/mail/term_ends.txt",
        action=_("Open the initiative"),
        urgent=True,
    )
)
TERM_ENDED = register(
    Kind(
        code="initiatives.term_ended",
        topic=INITIATIVES_STAFF.code,
        name=_("A term has run out"),
        subject=_("Too late: %(title)s"),
        body="initiatives/mail/term_ended.txt",
        action=_("Open the initiative"),
        urgent=True,
    )
)
ADDITIONS_OVER = register(
    Kind(
        code="initiatives.additions_over",
        topic=INITIATIVES_STAFF.code,
        name=_("The time for additions is over"),
        subject=_("No additions came: %(title)s"),
        body="initiatives/mail/additions_over.txt",
        action=_("Open the initiative"),
        urgent=True,
    )
)
DRAFT_LINK = register(
    Kind(
        code="initiatives.draft_link",
        topic=INITIATIVES.code,
        name=_("The link to go on with your plan"),
        subject=_("Go on with your plan"),
        body="initiatives/mail/draft_link.txt",
        action=_("Go on with your plan"),
        switchable=False,
    )
)
TEAM_INVITATION = register(
    Kind(
        code="initiatives.team_invitation",
        topic=INITIATIVES.code,
        name=_("Invitation for a team"),
        subject=_("Do you join? %(title)s"),
        body="initiatives/mail/team_invitation.txt",
        action=_("Read the invitation"),
        switchable=False,
    )
)
NEWS = register(
    Kind(
        code="initiatives.news",
        topic=INITIATIVES.code,
        name=_("News of an initiative you follow"),
        subject=_("%(title)s: %(headline)s"),
        body="initiatives/mail/news.txt",
        action=_("Read the news"),
    )
)
WENT_ON = register(
    Kind(
        code="initiatives.went_on",
        topic=INITIATIVES.code,
        name=_("An initiative you follow goes on"),
        subject=_("It goes on: %(title)s"),
        body="initiatives/mail/went_on.txt",
        action=_("Look at the initiative"),
    )
)
HANDED_IN = register(
    Kind(
        code="initiatives.handed_in",
        topic=INITIATIVES_STAFF.code,
        name=_("An initiative was handed in"),
        subject=_("New: %(title)s"),
        body="initiatives/mail/handed_in.txt",
        action=_("Open the initiative"),
    )
)
ADDED = register(
    Kind(
        code="initiatives.added",
        topic=INITIATIVES_STAFF.code,
        name=_("Additions came in"),
        subject=_("Additions came in: %(title)s"),
        body="initiatives/mail/added.txt",
        action=_("Open the initiative"),
        urgent=True,
    )
)
HANDS = register(
    Kind(
        code="initiatives.hands",
        topic=INITIATIVES.code,
        name=_("Hands are asked or offered"),
        subject=_("About hands: %(title)s"),
        body="initiatives/mail/hands.txt",
        action=_("Look at the request"),
    )
)
PAYMENT_DUE = register(
    Kind(
        code="initiatives.payment_due",
        topic=INITIATIVES_STAFF.code,
        name=_("A payment comes up"),
        subject=_("Pay an instalment: %(title)s"),
        body="initiatives/mail/payment_due.txt",
        action=_("Open the agreement"),
        urgent=True,
    )
)
TALK_SOON = register(
    Kind(
        code="initiatives.talk_soon",
        topic=INITIATIVES.code,
        name=_("A talk about your plan comes up"),
        subject=_("A talk comes up: %(title)s"),
        body="initiatives/mail/talk_soon.txt",
        action=_("Open the agreement"),
        urgent=True,
    )
)
TALK_SOON_STAFF = register(
    Kind(
        code="initiatives.talk_soon_staff",
        topic=INITIATIVES_STAFF.code,
        name=_("A talk with initiators comes up"),
        subject=_("A talk comes up: %(title)s"),
        body="initiatives/mail/talk_soon.txt",
        action=_("Open the agreement"),
        urgent=True,
    )
)


def about(initiative: Initiative) -> str:
    """The name under which messages about this initiative are kept."""
    return f"initiatives.initiative:{initiative.pk}"


def tell_team(initiative: Initiative, entry: TimelineEntry, *, by: User | None) -> None:
    """Tell the team what happened; not who did it."""
    people = User.objects.filter(initiative_teams__initiative=initiative)
    notify(
        kind=MOVED,
        recipients=people.exclude(pk=by.pk) if by is not None else people,
        about=about(initiative),
        moment=f"timeline-{entry.pk}",
        context={"title": initiative.title, "verb": entry.verb, "facts": entry.facts, "reason": entry.reason},
        url=initiative.get_absolute_url(),
        municipality=initiative.municipality,
    )


def tell_assigned(initiative: Initiative, *, by: User) -> None:
    """Tell the new contact; not when they took it themselves."""
    if initiative.handler is None or initiative.handler == by:
        return
    _tell_staff(ASSIGNED, initiative, [initiative.handler], f"version-{initiative.version}-{initiative.handler.pk}")


def warn_of_term(initiative: Initiative, *, due: date, days: int) -> int:
    """The term ends in ``days`` days."""
    return _tell_staff(TERM_ENDS, initiative, responsible(initiative), f"due-{due}-{days}", day=due)


def tell_term_ended(initiative: Initiative, *, due: date) -> int:
    """The last day to decide has gone by."""
    return _tell_staff(TERM_ENDED, initiative, responsible(initiative), f"ended-{due}", day=due)


def tell_additions_over(initiative: Initiative, *, until: date) -> int:
    """The initiators sent nothing within the time for it."""
    return _tell_staff(ADDITIONS_OVER, initiative, responsible(initiative), f"additions-{until}", day=until)


def remind_team(initiative: Initiative, *, until: date) -> int:
    """The last day for additions comes near."""
    return notify(
        kind=ANSWER_SOON,
        recipients=User.objects.filter(initiative_teams__initiative=initiative),
        about=about(initiative),
        moment=f"answer-{until}",
        context={"title": initiative.title, "day": until},
        url=initiative.get_absolute_url(),
        municipality=initiative.municipality,
    )


def tell_handed_in(initiative: Initiative, entry: TimelineEntry, *, again: bool) -> None:
    """Tell who is responsible at the town hall that a plan, or what was missing of it, came in."""
    _tell_staff(ADDED if again else HANDED_IN, initiative, responsible(initiative), f"timeline-{entry.pk}")


def followers(initiative: Initiative) -> QuerySet[User]:
    """Who follows it and is not in its team."""
    return User.objects.filter(followed_initiatives__initiative=initiative).exclude(
        initiative_teams__initiative=initiative
    )


def tell_followers(initiative: Initiative, entry: TimelineEntry) -> None:
    """Tell who follows it what happened; nothing of what is not public."""
    if not initiative.is_public:
        return
    notify(
        kind=WENT_ON,
        recipients=followers(initiative),
        about=about(initiative),
        moment=f"timeline-{entry.pk}",
        context={"title": initiative.title, "verb": entry.verb, "facts": entry.facts, "reason": entry.reason},
        url=initiative.get_absolute_url(),
        municipality=initiative.municipality,
    )


def tell_news(initiative: Initiative, news: News) -> None:
    """Tell who follows it, and the rest of the team, that there is news; once for each item."""
    people = User.objects.filter(
        Q(followed_initiatives__initiative=initiative) | Q(initiative_teams__initiative=initiative)
    ).distinct()
    notify(
        kind=NEWS,
        recipients=people.exclude(pk=news.by_id) if news.by_id else people,
        about=about(initiative),
        moment=f"news-{news.pk}",
        context={"title": initiative.title, "headline": news.title, "text": plain(news.text, 400)},
        url=f"{initiative.get_absolute_url()}#nieuws",
        municipality=initiative.municipality,
    )


def contact_of(initiative: Initiative) -> User | None:
    """The contact, as long as that person works here: who left hears nothing of the town hall any more."""
    works = {"roles__municipality": initiative.municipality_id, "roles__kind__in": STAFF_ROLES, "is_active": True}
    return User.objects.filter(pk=initiative.handler_id, **works).first() if initiative.handler_id else None


def responsible(initiative: Initiative) -> list[User]:
    """Whom a warning goes to: the contact; else the ambassador of the sector; else the administrators."""
    if (contact := contact_of(initiative)) is not None:
        return [contact]
    here = User.objects.filter(roles__municipality=initiative.municipality_id)
    if initiative.sector_id is not None:
        ambassadors = here.filter(roles__kind=RoleKind.AMBASSADOR, roles__sector=initiative.sector_id).distinct()
        if found := list(ambassadors):
            return found
    return list(here.filter(roles__kind=RoleKind.ADMINISTRATOR).distinct())


def _tell_staff(kind: Kind, initiative: Initiative, people: list[User], moment: str, *, day: date | None = None) -> int:
    municipality = initiative.municipality
    return notify(
        kind=kind,
        recipients=people,
        about=about(initiative),
        moment=moment,
        context={"title": initiative.title, **({"day": day} if day else {})},
        url=reverse("initiatives:case", args=[municipality.slug, initiative.slug]),
        municipality=municipality,
    )


# --- Agreements -------------------------------------------------------------------------------------------------------


def remind_payment(part: Instalment, *, late: bool) -> int:
    """An instalment has to be paid soon, or should have been."""
    return _about_agreement(
        PAYMENT_DUE,
        part.agreement.initiative,
        responsible(part.agreement.initiative),
        f"instalment-{part.pk}-{part.due_on}-{'late' if late else 'soon'}",
        {"day": part.due_on, "amount": part.amount_cents},
    )


def remind_talk(talk: ContactMoment) -> int:
    """Both sides talk in some days: the team and who is responsible at the town hall hear it."""
    initiative = talk.agreement.initiative
    team = User.objects.filter(initiative_teams__initiative=initiative)
    moment, facts = f"talk-{talk.pk}-{talk.on}", {"day": talk.on, "subject": talk.subject}
    told = _about_agreement(TALK_SOON, initiative, team, moment, facts)
    return told + _about_agreement(TALK_SOON_STAFF, initiative, responsible(initiative), moment, facts)


def _about_agreement(kind: Kind, initiative: Initiative, people: Any, moment: str, facts: dict[str, Any]) -> int:
    return notify(
        kind=kind,
        recipients=people,
        about=about(initiative),
        moment=moment,
        context={"title": initiative.title, **facts},
        url=reverse("initiatives:agreement", args=[initiative.municipality.slug, initiative.slug]),
        municipality=initiative.municipality,
    )
