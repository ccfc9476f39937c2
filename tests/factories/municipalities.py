from __future__ import annotations

import json
from typing import Any

import factory
from django.utils import timezone

from foundation.accounts.models import User
from foundation.municipalities.enums import AreaKind, RoleKind
from foundation.municipalities.models import Area, Municipality, Residency, Role, Sector
from tests.factories.accounts import UserFactory


class MunicipalityFactory(factory.django.DjangoModelFactory[Municipality]):
    """A published municipality without neighbourhoods."""

    class Meta:
        model = Municipality

    name = factory.Sequence(lambda n: f"Gemeente {n}")
    slug = factory.Sequence(lambda n: f"gemeente-{n}")
    cbs_code = factory.Sequence(lambda n: f"GM{n + 1000:04d}")
    published_at = factory.LazyFunction(timezone.now)


class NeighbourhoodFactory(factory.django.DjangoModelFactory[Area]):
    class Meta:
        model = Area

    municipality = factory.SubFactory(MunicipalityFactory)
    kind = AreaKind.NEIGHBOURHOOD
    code = factory.Sequence(lambda n: f"BU{n + 10_000_000:08d}")
    name = factory.Sequence(lambda n: f"Buurt {n}")
    year = 2024
    population = 1200


class SectorFactory(factory.django.DjangoModelFactory[Sector]):
    class Meta:
        model = Sector

    municipality = factory.SubFactory(MunicipalityFactory)
    name = factory.Sequence(lambda n: f"Sector {n}")


class ResidencyFactory(factory.django.DjangoModelFactory[Residency]):
    class Meta:
        model = Residency

    municipality = factory.SelfAttribute("neighbourhood.municipality")
    neighbourhood = factory.SubFactory(NeighbourhoodFactory)
    user = factory.SubFactory(UserFactory)


class RoleFactory(factory.django.DjangoModelFactory[Role]):
    class Meta:
        model = Role

    municipality = factory.SubFactory(MunicipalityFactory)
    user = factory.SubFactory(UserFactory)
    kind = RoleKind.CIVIL_SERVANT


def civil_servant(municipality: Municipality, **fields: Any) -> User:
    """A civil servant of this municipality."""
    return RoleFactory(municipality=municipality, user=UserFactory(**fields)).user


def administrator(municipality: Municipality, **fields: Any) -> User:
    """An administrator of this municipality."""
    return RoleFactory(municipality=municipality, user=UserFactory(**fields), kind=RoleKind.ADMINISTRATOR).user


def installation_manager(**fields: Any) -> User:
    """Who starts municipalities: a superuser without a role anywhere."""
    return UserFactory(is_superuser=True, is_staff=True, **fields)


def square(lon: float, lat: float, size: float = 0.01) -> dict[str, Any]:
    """A GeoJSON square with its south-west corner at a place in WGS84 degrees."""
    ring = [[lon, lat], [lon + size, lat], [lon + size, lat + size], [lon, lat + size], [lon, lat]]
    return {"type": "Polygon", "coordinates": [[[round(x, 5), round(y, 5)] for x, y in ring]]}


def buurt(number: int, *, gm: str = "0505", **properties: Any) -> dict[str, Any]:
    """A GeoJSON feature of neighbourhood ``number`` in a row of squares from west to east, as PDOK writes it."""
    code = f"BU{gm}{number:04d}"
    feature = {
        "type": "Feature",
        "properties": {
            "buurtcode": code,
            "buurtnaam": f"Buurt {number}",
            "wijkcode": f"WK{code[2:8]}",
            "gemeentecode": f"GM{gm}",
            "gemeentenaam": "Dordrecht",
            "water": "NEE",
            "aantal_inwoners": 100 * number,
        },
        "geometry": square(4.6 + number * 0.01, 51.8),
    }
    geometry = properties.pop("geometry", feature["geometry"])
    feature["geometry"] = geometry
    feature["properties"] |= properties
    return feature


def geojson(*features: dict[str, Any], **extra: Any) -> bytes:
    """A file of these features."""
    return json.dumps({"type": "FeatureCollection", "features": list(features), **extra}).encode()
