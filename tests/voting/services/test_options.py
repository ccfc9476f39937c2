"""What stands on the paper: proposals handed over in one step, pictures that stay with their project, files read by line."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from PIL import Image

from foundation.voting.errors import WrongMoment
from foundation.voting.models import Ballot, Option
from foundation.voting.queries.ballots import arranged, cost_steps
from foundation.voting.services import imports, options
from foundation.voting.services.options import Proposal, WrongProposals
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, civil_servant

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT, settings.TWO_FACTOR_FOR_STAFF = str(tmp_path), False


def photo(name: str = "bank.jpg") -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(made, "JPEG")
    return SimpleUploadedFile(name, made.getvalue(), "image/jpeg")


def stored(tmp_path: Any) -> list[str]:
    return sorted(path.name for path in tmp_path.rglob("*") if path.is_file())


def test_proposals_become_a_ballot_in_one_step(tmp_path: Any) -> None:
    municipality = MunicipalityFactory()
    area, by = NeighbourhoodFactory(municipality=municipality), civil_servant(municipality)
    ballot = imports.ballot_from_proposals(
        municipality=municipality,
        title="Buurtbudget",
        budget_cents=1_000_00,
        proposals=[
            Proposal(
                " Bank  in het park ", "Om te zitten", 500_00, area.code, url="https://example.nl/1", picture=photo()
            ),
            Proposal("Boom", cost_cents=700_00, reference="p-7"),
        ],
        by=by,
    )
    first, second = ballot.options.order_by("number")
    assert (first.title, first.area, first.url) == ("Bank in het park", area, "https://example.nl/1")
    assert (second.cost_cents, second.reference, second.picture.name) == (700_00, "p-7", "")
    assert len(stored(tmp_path)) == 1


def test_wrong_proposals_are_all_named_and_nothing_is_made() -> None:
    municipality = MunicipalityFactory()
    proposals = [
        Proposal("Goed"),
        Proposal("", cost_cents=-1),
        Proposal("Elders", area_code=NeighbourhoodFactory().code, url="javascript:alert(1)"),
        Proposal("Foto", picture=SimpleUploadedFile("x.jpg", b"geen foto")),
    ]
    with pytest.raises(WrongProposals) as caught:
        imports.ballot_from_proposals(
            municipality=municipality, title="X", proposals=proposals, by=civil_servant(municipality)
        )
    assert [problem.split("(")[0].strip() for problem in caught.value.problems] == [
        f"Voorstel {number}" for number in (2, 2, 3, 3, 4)
    ]
    assert not Ballot.objects.exists()


def test_only_who_manages_ballots_hands_proposals_over() -> None:
    ballot = voting.draft()
    with pytest.raises(PermissionDenied):
        options.from_proposals(ballot=ballot, proposals=[], by=voting.resident(ballot.municipality))


@pytest.mark.django_db(transaction=True)
def test_a_picture_stays_with_its_project_and_old_ones_are_thrown_away(client: Client, tmp_path: Any) -> None:
    ballot = voting.draft()
    client.force_login(ballot.created_by, BACKEND)
    url = f"/{ballot.municipality.slug}/beheer/stemmingen/{ballot.slug}/projecten/"
    given = {"picture": photo(), "picture_alt": "Een bank", "url": "https://example.nl/2"}
    assert client.post(f"{url}2/foto/", given).status_code == 302
    option = ballot.options.get(number=2)
    assert (option.picture_alt, len(stored(tmp_path))) == ("Een bank", 1)
    rows = [
        {f"p0-{name}": value for name, value in (("title", "Nieuw"), ("cost_cents", "10"))},
        {f"p1-{name}": value for name, value in (("title", "Andere naam"), ("cost_cents", "20"), ("was", "2"))},
        {f"p2-{name}": value for name, value in (("title", "Bedrog"), ("cost_cents", "20"), ("was", "99"))},
    ]
    client.post(url, {"regels": "3", **rows[0], **rows[1], **rows[2]})
    kept = {row.number: (row.title, bool(row.picture), row.url) for row in ballot.options.all()}
    assert kept == {1: ("Nieuw", False, ""), 2: ("Andere naam", True, "https://example.nl/2"), 3: ("Bedrog", False, "")}
    client.post(f"{url}2/foto/", {"picture": photo("anders.jpg")})
    assert len(stored(tmp_path)) == 1
    client.post(f"{url}2/foto/", {"remove": "on"})
    assert stored(tmp_path) == []


def test_what_is_no_picture_is_refused_beside_the_field(client: Client) -> None:
    ballot = voting.draft()
    client.force_login(ballot.created_by, BACKEND)
    url = f"/{ballot.municipality.slug}/beheer/stemmingen/{ballot.slug}/projecten/1/foto/"
    page = client.post(url, {"picture": SimpleUploadedFile("virus.jpg", b"MZ....")})
    assert page.context["form"].errors["picture"]
    with pytest.raises(ValidationError):
        options.set_picture(
            ballot=ballot, number=1, picture=SimpleUploadedFile("x.jpg", b"<svg>"), by=ballot.created_by
        )


def test_after_opening_pictures_are_fixed_for_the_program_and_the_database() -> None:
    ballot = voting.opened()
    with pytest.raises(WrongMoment):
        options.set_picture(ballot=ballot, number=1, picture=photo(), by=ballot.created_by)
    with pytest.raises(DatabaseError, match="frozen_when_open"), transaction.atomic():
        Option.objects.filter(ballot=ballot).update(picture_alt="Anders")


def test_a_picture_of_a_draft_is_for_staff_and_of_an_announced_vote_for_everybody(client: Client) -> None:
    draft, public = voting.draft(), voting.draft()
    for ballot in (draft, public):
        options.set_picture(ballot=ballot, number=1, picture=photo(), alt="Bank", by=ballot.created_by)
    Ballot.objects.filter(pk=public.pk).update(state="announced")

    def get(ballot: Ballot, number: int = 1) -> Any:
        return client.get(f"/{ballot.municipality.slug}/stemmingen/{ballot.slug}/foto/{number}/")

    assert (get(draft).status_code, get(public).status_code, get(public, 2).status_code) == (404, 200, 404)
    answer = get(public)
    assert answer["Content-Type"] == "image/jpeg"
    assert "immutable" in answer["Cache-Control"]
    assert not answer.cookies
    client.force_login(draft.created_by, BACKEND)
    assert "no-store" in get(draft)["Cache-Control"]


def read(text: str, **more: Any) -> imports.ReadFile:
    return imports.read_file(text.encode(), "a.csv", MunicipalityFactory(), **more)


def test_lines_of_a_file_are_counted_as_the_eye_does() -> None:
    found = read('titel;kosten;tekst\n"Bank";5;"twee\nregels"\nBoom;veel;\n;3;\nPad;1;x\n')
    assert [error.split(":")[0] for error in found.errors] == ["Regel 4", "Regel 5"]


def test_a_ranked_election_makes_a_ranking_of_who_is_still_a_candidate() -> None:
    text = '3 2\n-2\n4 1 3 0\n2 3 1 0\n0\n"Anna de Wit" "Groen"\n"Bert Bos" "Rood"\n"Carla Li" ""\n"Dorpsraad"\n'
    found = imports.read_file(text.encode(), "Dorpsraad.BLT", MunicipalityFactory())
    assert (found.errors, found.title, found.budget_cents) == ([], "Dorpsraad", None)
    assert [option.title for option in found.options] == ["Anna de Wit", "Carla Li"]
    assert found.notes == ["Teruggetrokken, dus niet op het stembiljet: Bert Bos."]
    assert (found.fields["type"], found.fields["rule"], found.fields["rule_settings"]) == (
        "ranking",
        "stv",
        {"seats": 2},
    )
    municipality = MunicipalityFactory()
    made = imports.ballot_from_options(
        municipality=municipality,
        title=found.title,
        options=found.options,
        by=civil_servant(municipality),
        **found.fields,
    )
    assert (made.type, made.spends, made.options.count()) == ("ranking", False, 2)
    one_seat = imports.read_file(text.replace("3 2", "3 1", 1).encode(), "d.blt", municipality)
    assert one_seat.fields["rule"] == "instant_runoff"


def test_what_is_wrong_with_a_file_is_said_in_dutch() -> None:
    assert imports.read_file(b"drie twee\n", "d.blt", MunicipalityFactory()).errors == [
        "Regel 1: de eerste regel moet twee getallen zijn: hoeveel kandidaten en hoeveel zetels."
    ]
    assert imports.read_file(b"META\nkey;value\n", "d.pb", MunicipalityFactory()).errors == [
        "Het deel PROJECTS ontbreekt."
    ]


def test_without_money_a_file_needs_titles_only_and_unknown_columns_are_named() -> None:
    found = read("titel;link;kleur\nJa;https://example.nl;rood\nNee;;\n", spends=False)
    assert [(option.title, option.url, option.cost_cents) for option in found.options] == [
        ("Ja", "https://example.nl", 0),
        ("Nee", "", 0),
    ]
    assert "kleur" in found.notes[0]
    assert read("titel;link\nJa;javascript:x\n", spends=False).errors
    assert read("titel\nJa\n").errors


def test_a_vote_is_made_from_a_file_after_looking_at_it(client: Client) -> None:
    by = civil_servant(municipality := MunicipalityFactory())
    client.force_login(by, BACKEND)
    url = f"/{municipality.slug}/beheer/stemmingen/nieuw/bestand/"
    wrong = client.post(url, {"file": SimpleUploadedFile("a.csv", b"titel;kosten\n;3\n")})
    assert "Regel 2" in wrong.content.decode()
    seen = client.post(url, {"file": SimpleUploadedFile("a.csv", b"titel;kosten;link\nBank;5;\nBoom;7;https://a.nl\n")})
    assert not Ballot.objects.exists()
    assert "Boom" in seen.content.decode()
    answer = client.post(url, {"doe": "overnemen"})
    ballot = Ballot.objects.get()
    assert answer["Location"].endswith(f"/{ballot.slug}/gegevens/")
    assert list(ballot.options.values_list("cost_cents", "url")) == [(500, ""), (700, "https://a.nl")]
    assert client.post(url, {"doe": "overnemen"})["Location"] == url


def test_options_are_filtered_by_cost_and_theme() -> None:
    rows = [Option(number=n, title=f"P{n}", cost_cents=n * 100, category="Groen" if n % 2 else "") for n in range(1, 9)]

    def numbers(**asked: Any) -> list[int]:
        return [option.number for option in arranged(rows, sort="number", seed="", **asked)]

    assert numbers(most_cents=300) == [1, 2, 3]
    assert numbers(theme="Groen", most_cents=500) == [1, 3, 5]
    steps = cost_steps([option.cost_cents for option in rows])
    assert steps == sorted(set(steps))
    assert all(step < 800 for step in steps)
    assert cost_steps([1, 2, 3]) == []


def test_filters_on_the_paper_keep_the_choice(client: Client) -> None:
    projects = [(f"Project {number}", number * 1_000_00) for number in range(1, 13)]
    ballot = voting.opened(projects=projects, budget_cents=100_000_00)
    client.force_login(voting.resident(ballot.municipality), BACKEND)
    url = f"/{ballot.municipality.slug}/stemmingen/{ballot.slug}/stem/"
    answer = client.post(url, {"keuze": ["12"], "getoond": ["12"], "kosten": "300000", "doe": "toon"})
    page = client.get(answer["Location"].partition("#")[0])
    assert {option.number for option in page.context["shown"]} == {1, 2, 3}
    assert page.context["chosen"] == {12}
    assert page.context["filtered"]
