"""The messages inside the town hall. They say that something waits, never what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.municipalities.enums import RoleKind
from foundation.notifications.kinds import Kind, register
from foundation.notifications.services import notify
from initiatives.notifications import INITIATIVES_STAFF, about, contact_of

if TYPE_CHECKING:
    from initiatives.models import Escalation, SectorView

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
    if late and (contact := contact_of(view.initiative)) is not None:
        people = [*people, contact]
    return _about_view(SECTOR_REMINDED, view, people, f"sector-{view.pk}-{'late' if late else 'soon'}-{view.answer_by}")


def tell_view_given(view: SectorView, *, by: User) -> None:
    """The contact hears that a sector answered."""
    handler = contact_of(view.initiative)
    if handler is not None and handler != by:
        _about_view(VIEW_GIVEN, view, [handler], f"view-{view.pk}-{view.version}")


def tell_escalated(escalation: Escalation) -> None:
    """Somebody is asked to untie a knot."""
    _about_knot(ESCALATED, escalation, escalation.recipient)


def tell_escalation_answered(escalation: Escalation) -> None:
    """The asker and the contact hear that there is an answer."""
    people = {person for person in (escalation.asked_by, contact_of(escalation.initiative)) if person is not None}
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
