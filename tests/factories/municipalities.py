from __future__ import annotations

from typing import Any

import factory
from django.utils import timezone

from foundation.accounts.models import User
from foundation.municipalities.enums import AreaKind, RoleKind
from foundation.municipalities.models import Area, Municipality, Residency, Role
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
