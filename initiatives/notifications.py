"""The messages about initiatives."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.text import plain
from foundation.municipalities.enums import RoleKind
from foundation.notifications.kinds import Kind, Topic, register, register_topic
from foundation.notifications.services import notify

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from initiatives.models import Escalation, Initiative, News, SectorView, TimelineEntry

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
SECTOR_ASKED = register(
    Kind(
        code="initiatives.sector_asked",
        topic=INITIATIVES_STAFF.code,
        name=_("A sector is asked for its view"),
        subject=_("What does %(sector)s think of: %(title)s"),
        body="initiatives/mail/sector_asked.txt",
        action=_("Give your view"),
        urgent=True,
    )
)
SECTOR_REMINDED = register(
    Kind(
        code="initiatives.sector_reminded",
        topic=INITIATIVES_STAFF.code,
        name=_("A view of a sector is waited for"),
        subject=_("We wait for the view of %(sector)s: %(title)s"),
        body="initiatives/mail/sector_reminded.txt",
        action=_("Give your view"),
        urgent=True,
    )
)
VIEW_GIVEN = register(
    Kind(
        code="initiatives.view_given",
        topic=INITIATIVES_STAFF.code,
        name=_("A sector gave its view"),
        subject=_("%(sector)s gave its view: %(title)s"),
        body="initiatives/mail/view_given.txt",
        action=_("Open the initiative"),
    )
)
ESCALATED = register(
    Kind(
        code="initiatives.escalated",
        topic=INITIATIVES_STAFF.code,
        name=_("A knot is laid before you"),
        subject=_("You are asked to decide: %(title)s"),
        body="initiatives/mail/escalated.txt",
        action=_("Answer"),
        urgent=True,
    )
)
ESCALATION_ANSWERED = register(
    Kind(
        code="initiatives.escalation_answered",
        topic=INITIATIVES_STAFF.code,
        name=_("Your question was answered"),
        subject=_("There is an answer: %(title)s"),
        body="initiatives/mail/escalation_answered.txt",
        action=_("Open the initiative"),
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


def responsible(initiative: Initiative) -> list[User]:
    """Whom a warning goes to: the contact; else the ambassador of the sector; else the administrators."""
    if initiative.handler is not None:
        return [initiative.handler]
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


# --- Inside the town hall: a mail says that something waits, never what was said --------------------------------------


def _people_of(view: SectorView) -> list[User]:
    """Who speaks for a sector: everybody with a role in it; without anyone the administrators."""
    here = User.objects.filter(roles__municipality=view.initiative.municipality_id)
    found = list(here.filter(roles__sector=view.sector_id).distinct())
    return found or list(here.filter(roles__kind=RoleKind.ADMINISTRATOR).distinct())


def _about_view(kind: Kind, view: SectorView, people: list[User], moment: str) -> int:
    initiative = view.initiative
    return notify(
        kind=kind,
        recipients=people,
        about=about(initiative),
        moment=moment,
        context={"title": initiative.title, "sector": view.sector.name, "day": view.answer_by},
        url=reverse("initiatives:town_hall", args=[initiative.municipality.slug, initiative.slug]),
        municipality=initiative.municipality,
    )


def tell_sector(view: SectorView, *, by: User) -> None:
    """A sector is asked for its view."""
    people = [person for person in _people_of(view) if person != by]
    _about_view(SECTOR_ASKED, view, people, f"sector-{view.pk}-{view.asked_on}")


def remind_sector(view: SectorView, *, late: bool) -> int:
    """The sector has not answered; when it is too late its contact at the town hall hears it too."""
    people = _people_of(view)
    if late and view.initiative.handler is not None:
        people = [*people, view.initiative.handler]
    return _about_view(SECTOR_REMINDED, view, people, f"sector-{view.pk}-{'late' if late else 'soon'}-{view.answer_by}")


def tell_view_given(view: SectorView, *, by: User) -> None:
    """The contact hears that a sector answered."""
    handler = view.initiative.handler
    if handler is not None and handler != by:
        _about_view(VIEW_GIVEN, view, [handler], f"view-{view.pk}-{view.version}")


def tell_escalated(escalation: Escalation) -> None:
    """Somebody is asked to untie a knot."""
    _about_knot(ESCALATED, escalation, escalation.recipient)


def tell_escalation_answered(escalation: Escalation) -> None:
    """The asker and the contact hear that there is an answer."""
    people = {person for person in (escalation.asked_by, escalation.initiative.handler) if person is not None}
    for person in people:
        _about_knot(ESCALATION_ANSWERED, escalation, person)


def _about_knot(kind: Kind, escalation: Escalation, person: User | None) -> None:
    initiative = escalation.initiative
    if person is not None:
        notify(
            kind=kind,
            recipients=[person],
            about=about(initiative),
            moment=f"escalation-{escalation.pk}",
            context={"title": initiative.title},
            url=reverse("initiatives:town_hall", args=[initiative.municipality.slug, initiative.slug]),
            municipality=initiative.municipality,
        )
