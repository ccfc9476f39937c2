"""Where somebody can write for: a municipality in a programme, a programme that they run, or the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from foundation.municipalities.models import OfficialMunicipality
from learning_network import visibility
from learning_network.enums import ProgrammeState
from learning_network.models import Member, Programme


@dataclass(frozen=True)
class Place:
    """One of them. ``key`` stands in forms, ``label`` is for people."""

    programme: Programme | None
    municipality: OfficialMunicipality | None

    @property
    def key(self) -> str:
        return f"{self.programme.pk if self.programme else ''}:{self.municipality.pk if self.municipality else ''}"

    @property
    def label(self) -> str:
        if self.programme is None:
            told = _("%(place)s, outside a programme") % {"place": self.municipality}
            return told if self.municipality else _("the network as a whole")
        if self.municipality is None:
            return _("“%(programme)s” as a whole") % {"programme": self.programme.title}
        return _("%(place)s, in “%(programme)s”") % {"place": self.municipality, "programme": self.programme.title}


def places(user: Any) -> list[Place]:
    """All of them, programmes first; at most four queries."""
    if not visibility.in_network(user):
        return []
    circle, led = visibility.circle(user), visibility.run_by(user)
    member = Member.objects.current().filter(user=user).select_related("municipality").first()
    codes = {code for _programme, code in circle} | ({member.municipality_id} if member else set())
    programmes = Programme.objects.filter(pk__in=[*led, *(programme for programme, _code in circle)])
    by_id = programmes.exclude(state=ProgrammeState.DRAFT).in_bulk()
    towns = OfficialMunicipality.objects.in_bulk([code for code in codes if code])
    found = [
        Place(by_id[programme], towns[code])
        for programme, code in sorted(circle)
        if programme in by_id and code in towns
    ]
    found += [Place(by_id[programme], None) for programme in sorted(led) if programme in by_id]
    town = towns.get(member.municipality_id or "") if member else None
    if town is not None:
        found.append(Place(None, town))
    if town is None or visibility.keeps_network(user):
        found.append(Place(None, None))
    return found
