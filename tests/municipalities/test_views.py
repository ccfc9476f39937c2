"""What people do in the pages: set up, upload, invite, accept, tell where they live."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from PIL import Image

from foundation.accounts.models import User
from foundation.core import audit_sentences
from foundation.core.models import AuditEvent
from foundation.municipalities import presenters
from foundation.municipalities.enums import Assurance, ImportState, RoleKind, SetupStep, Theme
from foundation.municipalities.models import Area, ImportRun, Invitation, Municipality, PostcodeArea, Residency, Role
from foundation.municipalities.services import invitations
from foundation.municipalities.tasks import read_import
from foundation.notifications.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import (
    MunicipalityFactory,
    NeighbourhoodFactory,
    ResidencyFactory,
    RoleFactory,
    SectorFactory,
    administrator,
    buurt,
    civil_servant,
    geojson,
    installation_manager,
    square,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory(name="Dordrecht", slug="dordrecht", cbs_code="GM0505", published_at=None)


@pytest.fixture
def boss(client: Client, town: Municipality) -> User:
    user = administrator(town, name="Bea")
    client.force_login(user)
    return user


def upload(client: Client, data: bytes, name: str = "buurten_2024.geojson", path: str = "inrichten") -> Any:
    file = SimpleUploadedFile(name, data)
    return client.post(f"/dordrecht/beheer/{path}/buurten/", {"file": file, "what": "areas"})


# --- Starting ---------------------------------------------------------------------------------------------------------


def test_a_municipality_is_started_by_name_and_code_when_there_is_no_official_list(client: Client) -> None:
    manager = installation_manager()
    client.force_login(manager)
    response = client.post(
        "/nieuwe-gemeente/", {"name": "Dordrecht", "cbs_code": "gm0505", "administrator": manager.email}
    )
    assert response.status_code == 302
    assert response["Location"] == "/dordrecht/beheer/inrichten/"
    town = Municipality.objects.get()
    assert (town.slug, town.cbs_code, town.is_published) == ("dordrecht", "GM0505", False)
    assert Role.objects.get().kind == RoleKind.ADMINISTRATOR
    assert town.by_law.grounds_shall


def test_it_is_chosen_from_the_official_list_and_its_administrator_invited(client: Client) -> None:
    from foundation.municipalities.imports.rows import MunicipalityRow
    from foundation.municipalities.services.register import register_official

    register_official(
        rows=[MunicipalityRow("GM0505", "Dordrecht"), MunicipalityRow("GM0308", "Baarn")], year=2025, by=None
    )
    MunicipalityFactory(cbs_code="GM0308")
    client.force_login(installation_manager())
    page = client.get("/nieuwe-gemeente/").content.decode()
    assert "Dordrecht" in page
    assert 'value="GM0308"' not in page  # uses the installation already
    response = client.post("/nieuwe-gemeente/", {"official": "GM0505", "administrator": "anna@example.nl"})
    assert response.status_code == 302
    assert Invitation.objects.get().email == "anna@example.nl"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"cbs_code": "505"}, "cbs_code"),
        ({"slug": "beheer"}, "slug"),
        ({"administrator": "anna"}, "administrator"),
    ],
)
def test_a_wrong_answer_is_told_beside_the_field_and_nothing_is_made(
    client: Client, change: dict[str, str], field: str
) -> None:
    client.force_login(installation_manager())
    good = {"name": "Dordrecht", "cbs_code": "GM0505", "administrator": "anna@example.nl"}
    response = client.post("/nieuwe-gemeente/", {**good, **change})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Municipality.objects.exists()


def test_a_municipality_that_is_here_already_is_not_started_twice(client: Client, town: Municipality) -> None:
    client.force_login(installation_manager())
    response = client.post(
        "/nieuwe-gemeente/", {"name": "Dordt", "cbs_code": "GM0505", "administrator": "anna@example.nl"}
    )
    assert response.status_code == 422
    assert "cbs_code" in response.context["form"].errors


# --- The steps ----------------------------------------------------------------------------------------------------------


def test_the_whole_wizard_opens_a_municipality(client: Client, town: Municipality, boss: User) -> None:
    base = "/dordrecht/beheer/inrichten/"
    assert client.get(base)["Location"] == f"{base}gegevens/"
    details = {"name": "Dordrecht", "slug": "dordrecht", "cbs_code": "GM0505", "address_form": "je"}
    response = client.post(f"{base}gegevens/", {**details, "contact_email": "hulp@dordrecht.example"})
    assert response["Location"] == f"{base}buurten/"
    response = upload(client, geojson(buurt(101), buurt(102)))
    run = ImportRun.objects.get()
    assert response["Location"] == f"/dordrecht/beheer/import/{run.pk}/?inrichten=1"
    read_import(run.pk)
    assert client.get(response["Location"]).context["back"] == f"{base}buurten/"
    assert client.post(f"{base}buurten/", {"next": "1"})["Location"] == f"{base}huisstijl/"
    assert client.post(f"{base}huisstijl/", {"theme": "voorbeeld"})["Location"] == f"{base}sectoren/"
    client.post(f"{base}sectoren/", {"names": "Zorg\nWonen"})
    assert client.post(f"{base}sectoren/", {"next": "1"})["Location"] == f"{base}mensen/"
    client.post(f"{base}mensen/", {"emails": "a@example.nl, b@example.nl", "kind": "civil_servant"})
    assert Invitation.objects.count() == 2
    assert client.post(f"{base}mensen/", {"next": "1"})["Location"] == f"{base}verordening/"
    law = dict.fromkeys(("decision_weeks", "extension_weeks", "publication_weeks", "retention_months"), "8")
    response = client.post(
        f"{base}verordening/", {**law, "support_threshold": "0", "shall": "Een\nTwee", "may": "Drie"}
    )
    assert response["Location"] == f"{base}openen/"
    response = client.post(f"{base}openen/")
    assert response["Location"] == "/dordrecht/"
    town.refresh_from_db()
    assert town.is_published
    assert set(town.setup_steps) == set(SetupStep)
    assert town.by_law.grounds_shall == ["Een", "Twee"]
    assert Client().get("/dordrecht/buurten/").status_code == 200


def test_setting_up_goes_on_where_it_was_left(client: Client, town: Municipality, boss: User) -> None:
    town.setup_steps = [str(SetupStep.DETAILS), str(SetupStep.AREAS)]
    town.save()
    # Saved, but without neighbourhoods that step is not finished.
    assert client.get("/dordrecht/beheer/inrichten/")["Location"].endswith("/buurten/")


def test_it_does_not_open_without_neighbourhoods(client: Client, town: Municipality, boss: User) -> None:
    response = client.post("/dordrecht/beheer/inrichten/openen/", follow=True)
    assert "Er ontbreekt nog" in response.content.decode()
    town.refresh_from_db()
    assert not town.is_published


def test_hiding_the_pages_asks_for_a_reason(client: Client, boss: User, town: Municipality) -> None:
    Municipality.objects.update(published_at="2026-01-01T12:00Z")
    assert client.post("/dordrecht/beheer/instellingen/openen/", {"reason": ""}).status_code == 422
    client.post("/dordrecht/beheer/instellingen/openen/", {"reason": "Verbouwing"})
    town.refresh_from_db()
    assert not town.is_published
    assert AuditEvent.objects.get(verb="municipalities.municipality_closed").reason == "Verbouwing"


def test_what_was_typed_stays_when_something_is_wrong(client: Client, boss: User) -> None:
    response = client.post(
        "/dordrecht/beheer/instellingen/gegevens/", {"name": "Drechtstad", "slug": "media", "cbs_code": "GM05"}
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="Drechtstad"' in page
    assert {"slug", "cbs_code", "contact_email", "address_form"} <= set(response.context["form"].errors)


def test_the_code_stays_while_its_neighbourhoods_are_there(client: Client, boss: User, town: Municipality) -> None:
    NeighbourhoodFactory(municipality=town)
    data = {
        "name": "D",
        "slug": "dordrecht",
        "cbs_code": "GM0308",
        "address_form": "u",
        "contact_email": "a@example.nl",
    }
    response = client.post("/dordrecht/beheer/instellingen/gegevens/", data)
    assert list(response.context["form"].errors) == ["cbs_code"]
    client.post("/dordrecht/beheer/instellingen/gegevens/", {**data, "cbs_code": "GM0505"})
    town.refresh_from_db()
    assert (town.name, town.address_form) == ("D", "u")


# --- Upload and progress -----------------------------------------------------------------------------------------------


def test_a_refused_file_says_why_on_the_page_that_is_found_again(client: Client, boss: User) -> None:
    upload(client, geojson(buurt(101, buurtnaam="")))
    run = ImportRun.objects.get()
    read_import(run.pk)
    page = client.get(f"/dordrecht/beheer/import/{run.pk}/").content.decode()
    assert "Vlak 1 (BU05050101): de naam ontbreekt." in page
    assert run.file_name in client.get("/dordrecht/beheer/instellingen/buurten/").content.decode()


def test_progress_is_a_part_of_the_page_for_htmx_and_a_link_for_others(client: Client, boss: User) -> None:
    upload(client, geojson(buurt(101)))
    run = ImportRun.objects.get()
    url = f"/dordrecht/beheer/import/{run.pk}/"
    page = client.get(url).content.decode()
    assert f'href="{url}"' in page
    assert "<progress" in page
    part = client.get(url, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "HX-Refresh" not in part
    ImportRun.objects.update(state=ImportState.DONE, report={"added": [], "unchanged": 1, "year": 2024})
    assert client.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_an_upload_without_a_file_is_told(client: Client, boss: User) -> None:
    response = client.post("/dordrecht/beheer/instellingen/buurten/", {"what": "areas"})
    assert response.status_code == 422
    assert "file" in response.context["form"].errors
    assert not response.context["postcodes_form"].is_bound


def test_postcodes_are_uploaded_beside_the_neighbourhoods(client: Client, boss: User, town: Municipality) -> None:
    NeighbourhoodFactory(municipality=town, code="BU05050101")
    file = SimpleUploadedFile("pc6.csv", b"PC6;Huisnummer;Buurt\n3311GR;1;5050101\n")
    client.post("/dordrecht/beheer/instellingen/buurten/", {"pc-file": file, "what": "postcodes"})
    read_import(ImportRun.objects.get().pk)
    assert PostcodeArea.objects.get().postcode == "3311GR"


def test_attention_areas_are_marked_on_the_map_and_in_the_list(client: Client, boss: User, town: Municipality) -> None:
    area = NeighbourhoodFactory(municipality=town, geometry=square(4.6, 51.8))
    client.post("/dordrecht/beheer/instellingen/buurten/aandacht/", {"areas": [area.pk]})
    page = client.get("/dordrecht/buurten/").content.decode()
    assert "map-attention" in page
    assert "Aandachtswijk" in page


# --- House style ---------------------------------------------------------------------------------------------------------


def picture(kind: str = "PNG", size: tuple[int, int] = (2000, 100)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind)
    return out.getvalue()


def test_a_theme_file_and_a_logo_are_kept_clean_and_served(client: Client, boss: User, town: Municipality) -> None:
    css = b"/* x */ :root{--basis-color-action-1-inverse-bg-default:#12685a}"
    response = client.post(
        "/dordrecht/beheer/inrichten/huisstijl/",
        {
            "theme": "aanzet",
            "theme_file": SimpleUploadedFile("huisstijl.css", css),
            "logo": SimpleUploadedFile("../logo.php.png", picture() + b"<?php evil() ?>"),
            "word_idea": "inval",
        },
    )
    assert response.status_code == 302
    town.refresh_from_db()
    assert (town.theme, town.words) == (Theme.OWN, {"idea": "inval"})
    anonymous = Client()
    served = anonymous.get(town.theme_css.url)
    body = b"".join(served.streaming_content)  # type: ignore[attr-defined]
    assert body == b":root {\n  --basis-color-action-1-inverse-bg-default: #12685a;\n}\n"
    assert (served["Content-Type"], served["X-Content-Type-Options"]) == ("text/css", "nosniff")
    logo = b"".join(anonymous.get(town.logo.url).streaming_content)  # type: ignore[attr-defined]
    assert b"php" not in logo
    assert Image.open(io.BytesIO(logo)).size == (800, 40)
    client.post("/dordrecht/beheer/instellingen/huisstijl/", {"theme": "aanzet", "remove_logo": "on"})
    town.refresh_from_db()
    assert (town.theme, town.theme_css.name, town.logo.name) == ("aanzet", "", "")


@pytest.mark.parametrize(
    ("field", "name", "data"),
    [
        ("theme_file", "x.css", b"body{display:none}"),
        ("theme_file", "x.css", b":root{--basis-a:url(//x)}"),
        ("theme_file", "x.css", b" " * 400_000),
        ("logo", "x.png", b"<svg onload=alert(1)>"),
        ("logo", "x.png", b"GIF89a" + b"\x00" * 50),
        ("logo", "x.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50),
        ("logo", "x.png", b"\x00" * (2 * 1024 * 1024 + 1)),
        ("logo", "leeg.png", b""),
    ],
)
def test_files_that_are_something_else_are_refused_beside_the_field(
    client: Client, boss: User, town: Municipality, field: str, name: str, data: bytes
) -> None:
    response = client.post(
        "/dordrecht/beheer/instellingen/huisstijl/", {"theme": "aanzet", field: SimpleUploadedFile(name, data)}
    )
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    town.refresh_from_db()
    assert not town.theme_css
    assert not town.logo


def test_own_theme_without_a_file_is_asked_for(client: Client, boss: User) -> None:
    response = client.post("/dordrecht/beheer/instellingen/huisstijl/", {"theme": "own"})
    assert list(response.context["form"].errors) == ["theme_file"]


def test_weak_contrast_is_warned_of(client: Client, boss: User) -> None:
    css = b":root{--basis-color-action-1-inverse-color-default:#fff;--basis-color-action-1-inverse-bg-default:#ffd700}"
    response = client.post(
        "/dordrecht/beheer/inrichten/huisstijl/",
        {"theme": "own", "theme_file": SimpleUploadedFile("x.css", css)},
        follow=True,
    )
    assert "contrast van 1,4" in response.content.decode()


@pytest.mark.parametrize(
    "path",
    ["/media/imports/1-1.json", "/media/themes/..%2f..%2fsecret-key", "/media/themes/x.html", "/media/logos/nee.png"],
)
def test_only_files_of_house_styles_are_served(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_preview_shows_another_theme_and_saves_nothing(client: Client, boss: User, town: Municipality) -> None:
    page = client.get("/dordrecht/beheer/instellingen/huisstijl/voorbeeld/?thema=voorbeeld").content.decode()
    assert "css/themes/voorbeeld" in page
    town.refresh_from_db()
    assert town.theme == Theme.AANZET


# --- People ---------------------------------------------------------------------------------------------------------------


def link_in_mail() -> str:
    return Message.objects.get().url


def test_an_invited_person_without_account_is_led_to_log_in_and_back(
    client: Client, boss: User, town: Municipality
) -> None:
    client.post("/dordrecht/beheer/mensen/uitnodigen/", {"emails": "nieuw@example.nl", "kind": "civil_servant"})
    link = link_in_mail()
    visitor = Client()
    page = visitor.get(link).content.decode()
    assert "Dordrecht" in page
    assert f"/account/login/?next={link}" in page
    assert not visitor.cookies
    person = UserFactory(email="nieuw@example.nl")
    visitor.force_login(person)
    response = visitor.post(link, {})
    assert response.status_code == 302
    assert Role.objects.get(user=person).kind == RoleKind.CIVIL_SERVANT
    assert visitor.get(link).status_code == 410


def test_with_another_account_it_is_taken_on_only_when_said_so(client: Client, boss: User) -> None:
    client.post("/dordrecht/beheer/mensen/uitnodigen/", {"emails": "nieuw@example.nl", "kind": "alderman"})
    other = Client()
    other.force_login(UserFactory(email="thuis@example.nl"))
    link = link_in_mail()
    assert "thuis@example.nl" in other.get(link).content.decode()
    other.post(link, {})
    assert not Role.objects.filter(kind=RoleKind.ALDERMAN).exists()
    other.post(link, {"other_address": "on"})
    assert Role.objects.filter(kind=RoleKind.ALDERMAN).exists()


@pytest.mark.parametrize("state", ["withdrawn", "expired", "unknown"])
def test_a_link_that_does_nothing_says_why(client: Client, boss: User, town: Municipality, state: str) -> None:
    invitation = invitations.invite(municipality=town, email="x@example.nl", kind="civil_servant", by=boss)
    link = link_in_mail()
    if state == "withdrawn":
        invitations.withdraw(invitation=invitation, by=boss)
    elif state == "expired":
        Invitation.objects.update(expires_at="2020-01-01T12:00Z")
    else:
        link = "/uitnodiging/afgebroken/"
    response = Client().get(link)
    words = {"withdrawn": "ingetrokken", "expired": "verlopen", "unknown": "kennen deze uitnodiging niet"}
    assert response.status_code == 410
    assert words[state] in response.content.decode()


def test_errors_of_inviting_stand_beside_the_field(client: Client, boss: User, town: Municipality) -> None:
    for data, field in (
        ({"emails": "geen adres", "kind": "alderman"}, "emails"),
        ({"emails": boss.email, "kind": "administrator"}, "emails"),
        ({"emails": "a@example.nl", "kind": "ambassador"}, "sector"),
        ({"emails": "a@example.nl b@example.nl", "kind": "ambassador"}, "emails"),
    ):
        response = client.post("/dordrecht/beheer/mensen/uitnodigen/", data)
        assert response.status_code == 422
        assert field in response.context["form"].errors, data
    assert not Invitation.objects.exists()


def test_people_are_filtered_by_role_sector_and_name(client: Client, boss: User, town: Municipality) -> None:
    sector = SectorFactory(municipality=town)
    RoleFactory(municipality=town, sector=sector, user__name="Ali")
    RoleFactory(municipality=town, kind=RoleKind.ALDERMAN, user__name="Wil")
    RoleFactory(user__name="Elders")

    def names(query: str) -> set[str]:
        return {role.user.name for role in client.get(f"/dordrecht/beheer/mensen/?{query}").context["page"]}

    assert names("") == {"Bea", "Ali", "Wil"}
    assert names("rol=alderman") == {"Wil"}
    assert names(f"sector={sector.pk}") == {"Ali"}
    assert names("q=be") == {"Bea", "Wil"} or names("q=bea") == {"Bea"}
    assert names("q=niemand") == set()


def test_the_last_administrator_reads_why_the_role_stays(client: Client, boss: User, town: Municipality) -> None:
    response = client.post(f"/dordrecht/beheer/mensen/rol/{boss.roles.get().pk}/beeindigen/", {})
    assert "laatste beheerder" in response.content.decode()
    assert Role.objects.count() == 1


# --- Constant queries ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "buurten/",
        "beheer/mensen/",
        "beheer/inrichten/mensen/",
        "beheer/inrichten/sectoren/",
        "beheer/logboek/",
        "beheer/instellingen/buurten/",
        "buurten/BU05050101/",
        "mijn-buurt/",
        "beheer/instellingen/buurten/aandacht/",
    ],
)
def test_every_list_costs_the_same_for_one_and_for_three(
    client: Client, boss: User, town: Municipality, path: str
) -> None:
    def add(number: int) -> None:
        area = NeighbourhoodFactory(
            municipality=town, code=f"BU0505010{number}", geometry=square(4.6 + number / 100, 51.8)
        )
        ResidencyFactory(neighbourhood=area)
        role = RoleFactory(municipality=town, sector=SectorFactory(municipality=town))
        invitations.invite(municipality=town, email=f"x{number}@example.nl", kind="civil_servant", by=boss)
        ImportRun.objects.create(
            municipality=town, file_name=f"{number}.csv", state=ImportState.DONE, started_by=role.user
        )

    def queries() -> int:
        from django.db import connection

        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(f"/dordrecht/{path}").status_code == 200
        return len(caught)

    add(1)
    client.get(f"/dordrecht/{path}")
    one = queries()
    add(2)
    add(3)
    assert queries() == one


# --- Residency -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def open_town(town: Municipality) -> Municipality:
    Municipality.objects.update(published_at="2026-01-01T12:00Z")
    for number in (1, 2, 3):
        NeighbourhoodFactory(
            municipality=town,
            code=f"BU0505010{number}",
            name=f"Buurt {number}",
            geometry=square(4.6 + number / 100, 51.8),
        )
    return town


@pytest.fixture
def resident(client: Client) -> User:
    user = UserFactory()
    client.force_login(user)
    return user


def test_a_postcode_gives_its_neighbourhoods(client: Client, resident: User, open_town: Municipality) -> None:
    first, second, _third = Area.objects.neighbourhoods()
    PostcodeArea.objects.create(municipality=open_town, postcode="3311GR", neighbourhood=first)
    PostcodeArea.objects.create(municipality=open_town, postcode="3311GS", neighbourhood=second)

    def look_up(postcode: str) -> Any:
        return client.post("/dordrecht/mijn-buurt/", {"what": "postcode", "postcode": postcode})

    page = look_up("3311 gr")
    assert page.context["candidates"] == [first]
    assert page.context["form"].initial["neighbourhood"] == first.pk
    assert set(look_up("3311zz").context["candidates"]) == {first, second}
    unknown = look_up("9999AA")
    assert unknown.context["candidates"] == []
    assert "kennen deze postcode niet" in unknown.content.decode()
    assert look_up("abc").context["postcode_form"].errors
    assert not Residency.objects.exists()


def test_a_click_on_the_map_gives_its_neighbourhood(client: Client, resident: User, open_town: Municipality) -> None:
    # Three squares in a row, 280 pixels wide: the middle is in the second.
    picture = client.get("/dordrecht/buurten/kaart.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    width, height = (float(n) for n in re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture.content.decode()).groups())  # type: ignore[union-attr]
    assert width <= 280.5
    page = client.get("/dordrecht/mijn-buurt/", {"plek.x": str(width / 2), "plek.y": str(height / 2)})
    assert [area.name for area in page.context["candidates"]] == ["Buurt 2"]
    missed = client.get("/dordrecht/mijn-buurt/?plek.x=-50&plek.y=9999")
    assert "geen buurt" in missed.content.decode()
    public = client.get("/dordrecht/buurten/", {"plek.x": str(width / 2), "plek.y": str(height / 2)})
    assert public["Location"] == "/dordrecht/buurten/BU05050102/"
    assert client.get("/dordrecht/buurten/?plek.x=nan&plek.y=x").status_code == 200


def test_a_resident_tells_where_they_live_and_returns_to_the_vote(
    client: Client, resident: User, open_town: Municipality
) -> None:
    area = Area.objects.get(code="BU05050102")
    data = {"neighbourhood": area.pk, "birth_year": "1980"}
    response = client.post("/dordrecht/mijn-buurt/?next=/dordrecht/stemmingen/x/", data)
    assert response["Location"] == "/dordrecht/stemmingen/x/"
    found = Residency.objects.get()
    assert (found.user, found.neighbourhood, found.assurance, found.birth_year) == (
        resident,
        area,
        Assurance.DECLARED,
        1980,
    )
    response = client.post("/dordrecht/mijn-buurt/?next=//kwaad.example/", data)
    assert response["Location"] == "/dordrecht/mijn-buurt/"


def test_wrong_answers_about_living_are_told(client: Client, resident: User, open_town: Municipality) -> None:
    elsewhere = NeighbourhoodFactory()
    water = NeighbourhoodFactory(municipality=open_town, code="BU05059997", is_water=True)
    ended = NeighbourhoodFactory(municipality=open_town, code="BU05050909", ended_in=2023)
    for area in (elsewhere, water, ended):
        response = client.post("/dordrecht/mijn-buurt/", {"neighbourhood": area.pk})
        assert "neighbourhood" in response.context["form"].errors
    fine = Area.objects.get(code="BU05050101")
    for year in ("1800", "2025", "oud"):
        response = client.post("/dordrecht/mijn-buurt/", {"neighbourhood": fine.pk, "birth_year": year})
        assert "birth_year" in response.context["form"].errors
    assert not Residency.objects.exists()


def test_a_resident_is_forgotten_on_request(client: Client, resident: User, open_town: Municipality) -> None:
    ResidencyFactory(user=resident, neighbourhood=Area.objects.get(code="BU05050101"))
    client.post("/dordrecht/mijn-buurt/vergeten/")
    assert not Residency.objects.exists()


def test_the_desk_confirms_and_the_log_says_what_was_seen(client: Client, open_town: Municipality) -> None:
    servant = civil_servant(open_town)
    client.force_login(servant)
    found = ResidencyFactory(neighbourhood=Area.objects.get(code="BU05050101"))
    nobody = client.post("/dordrecht/beheer/balie/", {"email": "niemand@example.nl"})
    assert nobody.status_code == 422
    response = client.post("/dordrecht/beheer/balie/", {"email": found.user.email.upper()})
    assert response["Location"] == f"/dordrecht/beheer/balie/{found.pk}/"
    client.post(response["Location"], {"seen": "NX1234567"})
    found.refresh_from_db()
    assert found.assurance == Assurance.DECLARED
    client.post(response["Location"], {"seen": "identiteitskaart"})
    found.refresh_from_db()
    assert (found.assurance, found.confirmed_at is not None) == (Assurance.DESK, True)
    assert AuditEvent.objects.get(verb="municipalities.residency_confirmed").reason == "identiteitskaart"


def test_a_page_of_a_neighbourhood_shows_what_other_apps_tell(
    client: Client, open_town: Municipality, settings: Any
) -> None:
    settings.AREA_SECTIONS = ["tests.municipalities.providers.sections"]
    page = client.get("/dordrecht/buurten/BU05050101/").content.decode()
    assert "<h2>Stemmingen in Buurt 1</h2><p>Twee</p>" in page


# --- The log ---------------------------------------------------------------------------------------------------------------


def test_the_log_is_in_dutch_and_of_this_municipality(client: Client, boss: User, town: Municipality) -> None:
    client.post(
        "/dordrecht/beheer/mensen/uitnodigen/",
        {"emails": "a@example.nl", "kind": "ambassador", "sector": SectorFactory(municipality=town).pk},
    )
    other = administrator(MunicipalityFactory())
    invitations.invite(municipality=other.roles.get().municipality, email="b@example.nl", kind="alderman", by=other)
    page = client.get("/dordrecht/beheer/logboek/")
    assert [entry["sentence"] for entry in page.context["entries"]] == [
        "Bea nodigde iemand uit als participatieambassadeur."
    ]
    assert client.get("/dordrecht/beheer/logboek/?over=voting.").context["entries"] == []


def test_every_verb_of_this_app_has_a_sentence_that_can_be_made() -> None:
    import foundation.municipalities as package

    source = "".join(
        path.read_text() for path in __import__("pathlib").Path(package.__path__[0]).rglob("services/*.py")
    )
    permissions = {"manage", "manage_installation", "confirm_residency", "send_newsletters"}
    used = set(re.findall(r'"municipalities\.([a-z_]+)"', source)) - permissions
    assert used == set(presenters.SENTENCES)
    for verb in used:
        with translation.override("nl"):
            assert "%(" not in audit_sentences.sentence_of(AuditEvent(verb=f"municipalities.{verb}", old={}, new={}))


def test_an_unknown_verb_is_still_told() -> None:
    event = AuditEvent(verb="oud.iets_gedaan", object_label="Brug", actor_label="Bea")
    assert audit_sentences.sentence_of(event) == "Bea: oud.iets_gedaan (Brug)"
    with pytest.raises(ValueError, match="two sentences"):
        audit_sentences.register("municipalities.style_changed", "anders")


def test_a_neighbourhood_that_ended_says_so_and_where_it_went_on(
    client: Client, resident: User, open_town: Municipality
) -> None:
    now = Area.objects.get(code="BU05050102")
    old = NeighbourhoodFactory(
        municipality=open_town, code="BU05050909", name="Oudbuurt", ended_in=2024, superseded_by=now
    )
    page = client.get("/dordrecht/buurten/BU05050909/").content.decode()
    assert "sinds 2024 niet meer op de lijst" in page
    assert 'href="/dordrecht/buurten/BU05050102/"' in page
    assert "Oudbuurt" not in client.get("/dordrecht/buurten/").content.decode()
    ResidencyFactory(user=resident, neighbourhood=old)
    assert "Kies opnieuw waar je woont" in client.get("/dordrecht/mijn-buurt/").content.decode()


def test_population_that_is_unknown_and_water_are_told_in_words(client: Client, open_town: Municipality) -> None:
    Area.objects.filter(code="BU05050101").update(population=None)
    NeighbourhoodFactory(
        municipality=open_town, code="BU05059997", name="Oude Maas", is_water=True, geometry=square(4.64, 51.8)
    )
    page = client.get("/dordrecht/buurten/").content.decode()
    assert "onbekend" in page
    assert "map-water" in page
    assert "/buurten/BU05059997/" not in page  # nobody lives there: no link, no line in the list of districts


def test_english_is_complete(client: Client, boss: User, town: Municipality) -> None:
    client.cookies["django_language"] = "en"
    page = client.get("/dordrecht/beheer/inrichten/gegevens/").content.decode()
    assert "Setting up Dordrecht: step 1 of 7" in page
