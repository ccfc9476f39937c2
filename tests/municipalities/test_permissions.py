"""Every URL of this app, asked by everybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from foundation.accounts.models import User
from foundation.municipalities import urls, urls_installation
from foundation.municipalities.enums import RoleKind
from foundation.municipalities.models import ImportRun, Municipality
from tests.factories.municipalities import (
    MunicipalityFactory,
    NeighbourhoodFactory,
    ResidencyFactory,
    RoleFactory,
    SectorFactory,
    administrator,
    civil_servant,
    installation_manager,
)

pytestmark = pytest.mark.django_db

PEOPLE = ["anonymous", "resident", "elsewhere", "servant_elsewhere", "council", "servant", "administrator", "manager"]
# What each person gets, in the order of PEOPLE. 302: log in first; 404: not theirs to know; 403: theirs to know, not to do.
EVERYBODY = [200] * 8
LOGGED_IN = [302, 200, 200, 200, 200, 200, 200, 200]
ADMINISTRATORS = [302, 404, 404, 404, 403, 403, 200, 200]
STAFF = [302, 404, 404, 404, 403, 200, 200, 200]
POSTED_BY_ADMINISTRATORS = [302, 404, 404, 404, 403, 403, 302, 302]

EXPECTED: dict[str, list[int]] = {
    "areas": EVERYBODY,
    "areas_picture": EVERYBODY,
    "area": EVERYBODY,
    "my_neighbourhood": LOGGED_IN,
    "forget_residency": [302, 302, 404, 404, 404, 404, 404, 404],
    "setup": [302, 404, 404, 404, 403, 403, 302, 302],
    **{
        f"setup_{step}": ADMINISTRATORS for step in ("details", "areas", "style", "sectors", "people", "by_law", "open")
    },
    "settings": ADMINISTRATORS,
    **{f"settings_{step}": ADMINISTRATORS for step in ("details", "areas", "style", "sectors", "by_law", "open")},
    "attention_areas": ADMINISTRATORS,
    "style_preview": ADMINISTRATORS,
    "sector_rename": ADMINISTRATORS,
    "sector_remove": POSTED_BY_ADMINISTRATORS,
    "import_run": ADMINISTRATORS,
    "people": ADMINISTRATORS,
    "invite": ADMINISTRATORS,
    "invitation_action": POSTED_BY_ADMINISTRATORS,
    "end_role": ADMINISTRATORS,
    "desk": STAFF,
    "desk_confirm": STAFF,
    "log": ADMINISTRATORS,
}
POSTED = {"forget_residency", "sector_remove", "invitation_action"}


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory(slug="dordrecht", cbs_code="GM0505")


@pytest.fixture
def arguments(town: Municipality) -> dict[str, list[Any]]:
    from foundation.municipalities.services.invitations import invite

    neighbourhood = NeighbourhoodFactory(municipality=town, code="BU05050101")
    residency = ResidencyFactory(municipality=town, neighbourhood=neighbourhood)
    boss = administrator(town)
    invitation = invite(municipality=town, email="x@example.nl", kind="civil_servant", by=boss)
    sector = SectorFactory(municipality=town)
    return {
        "area": [neighbourhood.code],
        "sector_rename": [sector.pk],
        "sector_remove": [sector.pk],
        "import_run": [ImportRun.objects.create(municipality=town, file_name="x.csv").pk],
        "invitation_action": [invitation.pk, "intrekken"],
        "end_role": [boss.roles.get().pk],
        "desk_confirm": [residency.pk],
    }


def person(who: str, town: Municipality) -> User | None:
    if who == "anonymous":
        return None
    if who == "resident":
        return ResidencyFactory(municipality=town, neighbourhood=town.areas.get(code="BU05050101")).user
    if who == "elsewhere":
        return ResidencyFactory().user
    if who == "servant_elsewhere":
        return administrator(MunicipalityFactory())
    if who == "council":
        return RoleFactory(municipality=town, kind=RoleKind.COUNCIL_MEMBER).user
    return (
        {"servant": civil_servant, "administrator": administrator}[who](town)
        if who != "manager"
        else installation_manager()
    )


def test_the_matrix_names_every_url() -> None:
    names = {str(pattern.name) for pattern in urls.urlpatterns}
    # Newsletters and following have matrices of their own: test_newsletters.py and test_follows.py.
    assert {name for name in names if not name.startswith(("newsletter", "follow"))} == set(EXPECTED)
    # The official list has a test of its own: test_official_list.py.
    assert {pattern.name for pattern in urls_installation.urlpatterns} == {
        "new_municipality",
        "accept_invitation",
        "style_file",
        "official_list",
    }


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_gets_what_is_theirs(
    client: Client, town: Municipality, arguments: dict[str, list[Any]], who: str
) -> None:
    user = person(who, town)
    if user is not None:
        client.force_login(user)
    found = {}
    for name in EXPECTED:
        url = reverse(f"municipalities:{name}", args=[town.slug, *arguments.get(name, [])])
        found[name] = (client.post(url) if name in POSTED else client.get(url)).status_code
    assert found == {name: statuses[PEOPLE.index(who)] for name, statuses in EXPECTED.items()}


@pytest.mark.parametrize("who", PEOPLE)
def test_things_of_another_municipality_are_not_found(
    client: Client, town: Municipality, arguments: dict[str, list[Any]], who: str
) -> None:
    other = MunicipalityFactory(slug="leusden")
    user = administrator(other) if who == "administrator" else person(who, town)
    if user is not None:
        client.force_login(user)
    for name, values in arguments.items():
        url = reverse(f"municipalities:{name}", args=["leusden", *values])
        response = client.post(url) if name in POSTED else client.get(url)
        assert response.status_code in ((404,) if who in ("administrator", "manager") else (302, 403, 404)), name


@pytest.mark.parametrize(("who", "status"), list(zip(PEOPLE, [302, 404, 404, 404, 404, 404, 404, 200], strict=True)))
def test_only_who_manages_the_installation_starts_a_municipality(
    client: Client, town: Municipality, arguments: dict[str, list[Any]], who: str, status: int
) -> None:
    user = person(who, town)
    if user is not None:
        client.force_login(user)
    assert client.get("/nieuwe-gemeente/").status_code == status


@pytest.mark.parametrize(("who", "seen"), list(zip(PEOPLE, [0, 0, 0, 0, 0, 1, 1, 1], strict=True)))
def test_a_municipality_that_is_not_open_is_there_for_its_staff_only(
    client: Client, town: Municipality, arguments: dict[str, list[Any]], who: str, seen: int
) -> None:
    user = person(who, town)
    Municipality.objects.filter(pk=town.pk).update(published_at=None)
    if user is not None:
        client.force_login(user)
    assert client.get("/dordrecht/buurten/").status_code == (200 if seen else 404)


def test_two_factor_is_asked_of_administrators(client: Client, town: Municipality, settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = True
    client.force_login(administrator(town))
    response = client.get("/dordrecht/beheer/instellingen/")
    assert response.status_code == 302
    client.force_login(installation_manager())
    for page in ("municipalities_installation:new_municipality", "municipalities_installation:official_list"):
        asked = client.get(reverse(page)).headers["Location"]
        assert asked == f"{reverse('accounts:two_factor_needed')}?next={reverse(page)}"


def test_public_pages_set_no_cookie(client: Client, town: Municipality, arguments: dict[str, list[Any]]) -> None:
    for path in ("/dordrecht/buurten/", "/dordrecht/buurten/BU05050101/", "/dordrecht/buurten/kaart.svg"):
        response = client.get(path)
        assert response.status_code == 200
        assert not response.cookies
