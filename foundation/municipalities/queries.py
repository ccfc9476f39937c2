"""Reads over municipalities, their areas and their people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.maps import AreaIndex, area_at_click
from foundation.core.models import AuditEvent
from foundation.municipalities.enums import FORMAL_DUTCH, AddressForm, RoleKind, SetupStep
from foundation.municipalities.models import (
    Area,
    Invitation,
    Municipality,
    OfficialMunicipality,
    Residency,
    Role,
    Sector,
)

if TYPE_CHECKING:
    from django.http import HttpRequest

    from foundation.accounts.models import User


def mail_language(municipality_id: int) -> str:
    """The form of Dutch in which this municipality writes e-mails: with "je" or with "u" (``settings.MAIL_LANGUAGE``)."""
    formal = Municipality.objects.filter(pk=municipality_id, address_form=AddressForm.U).exists()
    return FORMAL_DUTCH if formal else settings.LANGUAGE_CODE


# --- Areas -----------------------------------------------------------------------------------------------------------


def neighbourhoods_of(municipality: Municipality) -> QuerySet[Area]:
    """The neighbourhoods that exist now, with their district, by code."""
    return Area.objects.for_municipality(municipality).current().neighbourhoods().select_related("parent")


def inhabited_neighbourhoods(municipality: Municipality) -> QuerySet[Area]:
    """The neighbourhoods in which people can live: without water."""
    return neighbourhoods_of(municipality).filter(is_water=False)


def neighbourhoods_at_postcode(municipality: Municipality, postcode: str) -> list[Area]:
    """The neighbourhoods in which a postcode may lie, the likeliest first.

    A postcode of six is looked up whole, and by its four figures where the list knows no letters.

    Args:
        postcode: "3311 gr" and "3311" will do.
    """
    code = "".join(postcode.split()).upper()
    areas = inhabited_neighbourhoods(municipality)
    for wanted in dict.fromkeys([code, code[:4]]):
        if len(wanted) < 4:
            continue
        match = Q(postcodes__postcode=wanted) if len(wanted) == 6 else Q(postcodes__postcode__startswith=wanted)
        found = areas.filter(match).annotate(addresses=Count("postcodes")).order_by("-addresses", "name").distinct()
        if found:
            return list(found)
    return []


def neighbourhood_at(municipality: Municipality, lon: float, lat: float) -> Area | None:
    """The neighbourhood in which a place (WGS84 degrees) lies; None for water and elsewhere."""
    found = AreaIndex(neighbourhoods_of(municipality)).at(lon, lat)
    return found if isinstance(found, Area) and not found.is_water else None


def neighbourhood_at_click(municipality: Municipality, x: float, y: float, *, width: float) -> Area | None:
    """The neighbourhood at a pixel of the map of ``width`` pixels that was shown; None for water and outside."""
    found = area_at_click(list(neighbourhoods_of(municipality)), x, y, width=width)
    return found if found is not None and not found.is_water else None


@dataclass(frozen=True)
class AreaSection:
    """What another app shows on the page of a neighbourhood: a heading and ready markup."""

    title: str
    content: SafeString


def area_sections(request: HttpRequest, area: Area) -> list[AreaSection]:
    """What happens in a neighbourhood, told by the apps named in ``settings.AREA_SECTIONS``: (request, area) -> sections."""
    sections: list[AreaSection] = []
    for name in getattr(settings, "AREA_SECTIONS", []):
        provider: Callable[[HttpRequest, Area], Iterable[AreaSection]] = import_string(name)
        sections += provider(request, area)
    return sections


# --- People ----------------------------------------------------------------------------------------------------------


def people_of(
    municipality: Municipality, *, kind: str = "", sector: Sector | None = None, text: str = ""
) -> QuerySet[Role]:
    """Everybody with a role here, by name; filtered by role, sector and a part of name or address."""
    found = Role.objects.for_municipality(municipality).select_related("user", "sector")
    if kind:
        found = found.filter(kind=kind)
    if sector is not None:
        found = found.filter(sector=sector)
    if text:
        found = found.filter(Q(user__name__icontains=text) | Q(user__email__icontains=text))
    return found.order_by(Lower("user__name"), "user__email", "kind")


def open_invitations(municipality: Municipality) -> QuerySet[Invitation]:
    """Invitations that wait for an answer or ran out, the newest first."""
    return Invitation.objects.for_municipality(municipality).waiting().select_related("sector", "invited_by")


def sectors_of(municipality: Municipality) -> QuerySet[Sector]:
    """The sectors with how many people have a role in each."""
    return Sector.objects.filter(municipality=municipality).annotate(people=Count("roles")).order_by("name")


def residency_of(user: User, municipality: Municipality) -> Residency | None:
    """Where this person lives in this municipality, with the neighbourhood; None when they never told."""
    if not user.is_authenticated:
        return None
    return (
        Residency.objects.filter(user=user, municipality=municipality)
        .select_related("neighbourhood", "neighbourhood__superseded_by", "municipality")
        .first()
    )


def audit_trail(municipality: Municipality, *, verb: str = "") -> QuerySet[AuditEvent]:
    """What was done in this municipality, the newest first."""
    events = AuditEvent.objects.filter(municipality_id=municipality.pk)
    return events.filter(verb__startswith=verb) if verb else events


# --- Setting up ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpeningCheck:
    """One line of the check before opening: what, whether it is fine, and the step where it is mended."""

    label: str
    fine: bool
    needed: bool
    step: SetupStep
    note: str = ""


def opening_checks(municipality: Municipality) -> list[OpeningCheck]:
    """What a municipality needs before it opens (``needed``), and what is wise to have."""
    areas = neighbourhoods_of(municipality).aggregate(
        all=Count("pk"),
        shaped=Count("pk", filter=Q(geometry__isnull=False)),
        people=Count("pk", filter=Q(population__gt=0)),
    )
    administrators = Role.objects.for_municipality(municipality).administrators().count()
    sectors = Sector.objects.filter(municipality=municipality).aggregate(
        all=Count("pk", distinct=True), led=Count("pk", filter=Q(roles__kind=RoleKind.AMBASSADOR), distinct=True)
    )
    saved = set(municipality.setup_steps)
    return [
        OpeningCheck(
            _("name and CBS code"), bool(municipality.name and municipality.cbs_code), True, SetupStep.DETAILS
        ),
        OpeningCheck(
            _("contact address"),
            bool(municipality.contact_email),
            True,
            SetupStep.DETAILS,
            _("Residents who need help write to it."),
        ),
        OpeningCheck(_("neighbourhoods"), areas["all"] > 0, True, SetupStep.AREAS),
        OpeningCheck(
            _("neighbourhoods on the map"),
            areas["all"] > 0 and areas["shaped"] > 0,
            False,
            SetupStep.AREAS,
            _("Without shapes there is a list instead of a map."),
        ),
        OpeningCheck(_("an administrator"), administrators > 0, True, SetupStep.PEOPLE),
        OpeningCheck(
            _("a second administrator"),
            administrators > 1,
            False,
            SetupStep.PEOPLE,
            _("Somebody must be able to help when the first one is away."),
        ),
        OpeningCheck(_("sectors"), sectors["all"] > 0, False, SetupStep.SECTORS),
        OpeningCheck(
            _("an ambassador in each sector"),
            sectors["all"] > 0 and sectors["led"] == sectors["all"],
            False,
            SetupStep.PEOPLE,
        ),
        OpeningCheck(_("house style looked at"), SetupStep.STYLE in saved, False, SetupStep.STYLE),
        OpeningCheck(
            _("terms of the by-law looked at"),
            SetupStep.BY_LAW in saved,
            False,
            SetupStep.BY_LAW,
            _("Until then the terms of the Awb apply."),
        ),
    ]


def steps_done(municipality: Municipality) -> set[str]:
    """The steps of setting up that are finished: saved, and for neighbourhoods really there."""
    done = set(municipality.setup_steps)
    if neighbourhoods_of(municipality).exists():
        done.add(str(SetupStep.AREAS))
    else:
        done.discard(str(SetupStep.AREAS))
    if municipality.is_published:
        done.add(str(SetupStep.OPEN))
    return done


STEP_HELP = {
    SetupStep.DETAILS: gettext_lazy("Name, code, address and how you address people."),
    SetupStep.AREAS: gettext_lazy("The official districts and neighbourhoods of CBS."),
    SetupStep.STYLE: gettext_lazy("Colours, logo and your own words."),
    SetupStep.SECTORS: gettext_lazy("The parts of the town hall."),
    SetupStep.PEOPLE: gettext_lazy("Colleagues, council members and aldermen."),
    SetupStep.BY_LAW: gettext_lazy("Terms, thresholds and grounds of refusal."),
    SetupStep.OPEN: gettext_lazy("Look once more at everything and open."),
}


def setup_path(
    municipality: Municipality, current: SetupStep, url_of: Callable[[SetupStep], str]
) -> list[dict[str, Any]]:
    """The steps as the path component wants them; every step can be gone to, in any order."""
    done = steps_done(municipality)
    return [
        {
            "name": str(step.label),
            "state": "now" if step == current else "done" if step in done else "next",
            "url": "" if step == current else url_of(step),
        }
        for step in SetupStep
    ]


def next_step(municipality: Municipality) -> SetupStep:
    """Where setting up goes on: the first step that is not finished."""
    done = steps_done(municipality)
    return next((step for step in SetupStep if step not in done), SetupStep.OPEN)


def official_choices() -> QuerySet[OfficialMunicipality]:
    """The official municipalities that do not use this installation yet."""
    taken = Municipality.objects.exclude(cbs_code=None).values(code=F("cbs_code"))
    return OfficialMunicipality.objects.filter(ended_in__isnull=True).exclude(code__in=taken).order_by("name")


def official_numbers() -> dict[str, int | None]:
    """How many municipalities are on the official list, of which year, and how many have an outline; one query."""
    rows = OfficialMunicipality.objects.filter(ended_in__isnull=True)
    found: dict[str, int | None] = rows.aggregate(total=Count("pk"), year=Max("year"), outlines=Count("shape"))
    return found
