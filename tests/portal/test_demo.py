"""The demo: its story is whole, told twice it changes nothing, and its mailbox shows what was sent."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.management import CommandError, call_command
from django.test import Client
from shapely.geometry import shape
from shapely.ops import unary_union

from foundation.accounts.models import User
from foundation.core import clock
from foundation.municipalities.models import Area, Municipality
from foundation.voting.enums import BallotState
from foundation.voting.models import Ballot, Result, VoterRecord
from initiatives.enums import InitiativeKind, InitiativeState
from initiatives.models import Evaluation, Initiative
from portal.demo import geography, mailbox
from portal.demo.logins import LOGINS, PASSWORD
from portal.demo.people import CROWD_DOMAIN
from portal.demo.story import tell
from tests import story


def features() -> list[dict[str, Any]]:
    return json.loads(geography.FILE.read_text())["features"]


def test_the_drawing_makes_the_very_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = tmp_path / "rivierdam.geojson"
    monkeypatch.setattr(geography, "FILE", fresh)
    before = Path(geography.__file__).with_name("rivierdam.geojson").read_text()

    geography.main()

    assert fresh.read_text() == before


def test_the_neighbourhoods_lie_beside_each_other_without_overlap() -> None:
    shapes = [shape(feature["geometry"]) for feature in features()]

    whole = unary_union(shapes).area
    assert sum(one.area for one in shapes) == pytest.approx(whole, rel=1e-3)
    assert len(shapes) == 25
    assert any(not feature["properties"]["buurtcode"][2:].isdigit() for feature in features())


def test_no_real_municipality_has_the_codes_or_names_of_the_demo(shared_data: Path) -> None:
    real = (shared_data / "geo" / "gemeenten_2025.csv").read_text()

    for name in ("GM9901", "GM9902", "GM9903", "Rivierdam", "Zuiderbrink", "Kruiswolde"):
        assert name not in real


@pytest.mark.django_db
def test_the_story_has_votes_in_every_state_and_told_again_changes_nothing() -> None:
    tell(clock.now())
    rivierdam = Municipality.objects.get(slug="rivierdam")
    ballots = Ballot.objects.for_municipality(rivierdam)
    states = set(ballots.values_list("state", flat=True))

    assert states == {
        BallotState.DRAFT,
        BallotState.ANNOUNCED,
        BallotState.OPEN,
        BallotState.COUNTED,
        BallotState.PUBLISHED,
    }
    assert rivierdam.published_at is not None
    assert not Municipality.objects.get(slug="kruiswolde").areas.exists()
    for result in Result.objects.filter(count__ballot__state=BallotState.PUBLISHED):
        assert result.outcome["winners"], "every published vote has something that goes ahead"
        assert len(result.outcome["winners"]) < len(result.outcome["stories"])
    assert not User.objects.filter(email__endswith=CROWD_DOMAIN).exists()
    plans = Initiative.objects.for_municipality(rivierdam)
    assert set(plans.values_list("state", flat=True)) == set(InitiativeState) - {InitiativeState.DRAFT}
    assert {InitiativeKind.CHALLENGE, InitiativeKind.ENERGY} <= set(plans.values_list("kind", flat=True))
    assert plans.late(clock.today()).exists()
    assert Evaluation.objects.filter(initiative__municipality__slug="zuiderbrink").exists()
    for person in LOGINS:
        assert User.objects.get(email=person["email"]).check_password(PASSWORD)

    def counts() -> list[int]:
        return [model.objects.count() for model in (Municipality, Area, User, Ballot, VoterRecord, Result, Initiative)]

    before = counts()
    tell(clock.now())
    assert counts() == before


@pytest.mark.django_db
def test_a_month_later_something_is_open_again() -> None:
    story.told()
    later = clock.now() + timedelta(days=30)
    with time_machine.travel(later, tick=False):
        tell(later)

        assert Ballot.objects.open(later).exists()


@pytest.mark.parametrize(("production", "demo"), [(True, False), (False, False)])
def test_the_story_is_not_told_where_it_does_not_belong(settings: Any, production: bool, demo: bool) -> None:
    settings.PRODUCTION, settings.DEMO = production, demo

    with pytest.raises(CommandError, match="known password"):
        call_command("load_demo", force=production)


@pytest.fixture
def box(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return mailbox.folder()


def send(subject: str, text: str = "Hallo\n\nhttps://example.nl/lees") -> None:
    connection = get_connection("portal.demo.mailbox.MailboxBackend")
    mail = EmailMultiAlternatives(
        subject, text, "AanZet <a@example.nl>", ["samira@demo.example"], connection=connection
    )
    mail.attach_alternative("<p>Hallo</p>", "text/html")
    assert mail.send() == 1
    time.sleep(0.002)


def test_mails_are_kept_newest_first_with_their_text(box: Path) -> None:
    send("Eerste")
    send("Tweede: één ü")

    first, second = mailbox.mails()
    assert (first.subject, second.subject) == ("Tweede: één ü", "Eerste")
    assert first.to == "samira@demo.example"
    assert "https://example.nl/lees" in first.text


def test_the_mailbox_does_not_grow_for_ever(box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "KEPT", 3)
    for number in range(5):
        send(f"Mail {number}")

    assert [mail.subject for mail in mailbox.mails()] == ["Mail 4", "Mail 3", "Mail 2"]


@pytest.mark.django_db
@pytest.mark.urls("tests.portal.urls_demo")
def test_the_pages_of_the_demo(client: Client, box: Path) -> None:
    assert "Nog geen mail" in client.get("/demo/mailbox/").content.decode()
    send("Je inlogcode", "Je code is <b>12</b>")

    listing = client.get("/demo/mailbox/").content.decode()
    (mail,) = mailbox.mails()
    page = client.get(f"/demo/mailbox/{mail.name}/").content.decode()

    assert "Je inlogcode" in listing
    assert "Je code is &lt;b&gt;12&lt;/b&gt;" in page
    assert client.get("/demo/mailbox/..%2f..%2fsecret-key/").status_code == 404
    index = client.get("/demo/").content.decode()
    assert all(person["email"] in index for person in LOGINS)


@pytest.mark.django_db
def test_outside_the_demo_its_pages_do_not_exist(client: Client) -> None:
    assert client.get("/demo/").status_code == 404
