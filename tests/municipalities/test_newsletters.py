"""From draft to archive: who gets it, once; what staff see; who may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core.models import AuditEvent
from foundation.municipalities import audiences
from foundation.municipalities import queries_follows as reads
from foundation.municipalities.audiences import Audience, Choice
from foundation.municipalities.enums import NEWSLETTER_TRANSITIONS, NewsletterState, RoleKind
from foundation.municipalities.follow_tokens import FollowToken
from foundation.municipalities.models import (
    Area,
    Follow,
    Follower,
    Municipality,
    Newsletter,
    NewsletterReceiver,
    NewsTheme,
)
from foundation.municipalities.services import follows, newsletters
from foundation.notifications.enums import Channel, DeliveryState
from foundation.notifications.models import Bounce, Delivery, Message, Preference
from foundation.notifications.services import deliver_bulk, deliver_due
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import (
    MunicipalityFactory,
    NeighbourhoodFactory,
    RoleFactory,
    SectorFactory,
    civil_servant,
)
from tests.notifications import conftest as post_office
from tests.notifications.smtp_server import Behaviour

pytestmark = pytest.mark.django_db
mail_port, smtp = post_office.mail_port, post_office.smtp
BACKEND = "django.contrib.auth.backends.ModelBackend"
TEXT = [{"heading": "Het park", "text": "Het park **gaat open** & <script>alert(1)</script> meer."}]


@pytest.fixture
def municipality() -> Municipality:
    return MunicipalityFactory(name="Rivierdam", slug="rivierdam")


@pytest.fixture
def by(municipality: Municipality) -> User:
    return civil_servant(municipality)


@pytest.fixture
def area(municipality: Municipality) -> Area:
    return NeighbourhoodFactory(municipality=municipality, name="Havenbuurt")


def address(municipality: Municipality, name: str, **what: Any) -> Follower:
    """A follower without an account who has confirmed."""
    follower, _new = Follower.objects.get_or_create(municipality=municipality, address=f"{name}@adres.example")
    Follow.objects.create(follower=follower, confirmed_at=timezone.now(), **what)
    return follower


def person(municipality: Municipality, area: Area | None = None, **fields: Any) -> User:
    user = UserFactory(**fields)
    follows.switch(by=user, municipality=municipality, area=area, on=True)
    return user


def draft(municipality: Municipality, by: User, **fields: Any) -> Newsletter:
    given = {"subject": "Nieuws", "intro": "Dag allemaal", "blocks": TEXT, "audiences": ["municipality:"], **fields}
    return newsletters.create(municipality=municipality, by=by, **given)


def sent(newsletter: Newsletter, by: User) -> Newsletter:
    newsletters.schedule(newsletter=newsletter, by=by)
    newsletters.run_due()
    deliver_bulk()
    newsletters.run_due()
    newsletter.refresh_from_db()
    return newsletter


def page(municipality: Municipality, name: str, *rest: Any) -> str:
    return reverse(f"municipalities:{name}", args=[municipality.slug, *rest])


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


# --- Who gets it -----------------------------------------------------------------------------------------------------


def test_each_address_is_counted_once_over_all_audiences(municipality: Municipality, area: Area) -> None:
    theme = NewsTheme.objects.create(municipality=municipality, name="Groen")
    address(municipality, "anna")
    address(municipality, "anna", area=area)
    address(municipality, "bert", theme=theme)
    both = person(municipality, email="carla@adres.example")
    address(municipality, "carla", area=area)
    address(MunicipalityFactory(), "elders")
    found = reads.receivers(municipality, ["municipality:", f"neighbourhood:{area.pk}", f"theme:{theme.pk}"])
    assert found == {"anna@adres.example": None, "bert@adres.example": None, "carla@adres.example": both.pk}
    assert list(reads.receivers(municipality, [f"theme:{theme.pk}"])) == ["bert@adres.example"]
    assert reads.receivers(municipality, []) == {}


def test_left_out_are_who_stopped_who_left_who_never_confirmed_and_whose_mail_comes_back(
    municipality: Municipality,
) -> None:
    stopped, gone = person(municipality), person(municipality)
    follows.stop(municipality=municipality, token=FollowToken(user_id=stopped.pk))
    User.objects.filter(pk=gone.pk).update(is_active=False)
    Follow.objects.create(follower=Follower.objects.create(municipality=municipality, address="nooit@adres.example"))
    address(municipality, "terug")
    Bounce.objects.create(address="terug@adres.example", times=3)
    address(municipality, "twee-keer")
    Bounce.objects.create(address="twee-keer@adres.example", times=2)
    assert list(reads.receivers(municipality, ["municipality:"])) == ["twee-keer@adres.example"]
    assert reads.skipped_total(municipality) == 1


def test_audience_of_an_app_above_counts_along(
    municipality: Municipality, by: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiences, "_audiences", {})
    one, two = UserFactory(), person(municipality)
    audiences.register_audience(
        Audience("plan", "Plannen", lambda m: [Choice("7", "Het park", 2)], lambda m, value: [one.pk, two.pk])
    )
    assert len(reads.receivers(municipality, ["municipality:", "plan:7"])) == 2
    assert [group.label for group in reads.audience_groups(municipality)][-1] == "Plannen"
    with pytest.raises(ValueError, match="plan"):
        audiences.register_audience(Audience("plan", "Anders", lambda m: [], lambda m, value: []))
    follows.stop(municipality=municipality, token=FollowToken(user_id=one.pk))  # follows nothing, and yet can stop
    assert list(reads.receivers(municipality, ["plan:7"])) == [two.email]


# --- The way of one newsletter -----------------------------------------------------------------------------------------


def test_newsletter_goes_to_people_and_addresses_with_their_own_link(
    municipality: Municipality,
    by: User,
    smtp: Behaviour,
    client: Client,
) -> None:
    user, anna = person(municipality), address(municipality, "anna")
    letter = sent(draft(municipality, by), by)
    assert (letter.state, letter.receivers_total) == (NewsletterState.SENT, 2)
    assert not NewsletterReceiver.objects.exists()
    assert smtp.counts == {user.email: 1, "anna@adres.example": 1}
    mail = smtp.mail_to("anna@adres.example")
    assert "Rivierdam" in mail["From"]
    own = FollowToken(follower_id=anna.pk, newsletter_id=letter.pk).url(municipality)
    assert mail["List-Unsubscribe"].strip() == f"<{own}>"
    text, html = (part.get_content() for part in mail.iter_parts())
    assert own in text
    assert own in html
    assert "unsubscribe.invalid" not in text + html
    assert "<script" not in html
    assert "<strong>gaat open</strong>" in html
    path = own.partition("//")[2].partition("/")[2]
    client.post(f"/{path}", {"List-Unsubscribe": "One-Click"})
    client.post(f"/{path}", {"List-Unsubscribe": "One-Click"})
    letter.refresh_from_db()
    assert letter.unsubscribed == 1
    assert list(reads.receivers(municipality, ["municipality:"])) == [user.email]
    assert Message.objects.get(recipient=user).url == letter.get_absolute_url()


def test_who_unsubscribes_while_it_goes_gets_it_no_more(municipality: Municipality, by: User, smtp: Behaviour) -> None:
    user, anna = person(municipality), address(municipality, "anna")
    letter = draft(municipality, by)
    newsletters.schedule(newsletter=letter, by=by)
    newsletters.run_due()
    follows.stop(municipality=municipality, token=FollowToken(user_id=user.pk))
    follows.stop(municipality=municipality, token=FollowToken(follower_id=anna.pk))
    assert deliver_bulk().suppressed == 2
    assert not smtp.accepted
    newsletters.run_due()
    letter.refresh_from_db()
    assert letter.state == NewsletterState.SENT


def test_person_without_e_mail_reads_it_in_the_portal(municipality: Municipality, by: User, smtp: Behaviour) -> None:
    user = person(municipality)
    Preference.objects.create(user=user, topic="newsletters", channel=Channel.NONE)
    letter = sent(draft(municipality, by), by)
    told = reads.sending_of(letter)
    assert (told.portal, told.sent, told.percentage) == (1, 0, 100)
    assert "Dag allemaal" in signed_in(user).get(f"/berichten/{Message.objects.get().pk}/").content.decode()


def test_killed_between_batches_another_worker_goes_on_without_doubles(municipality: Municipality, by: User) -> None:
    for number in range(5):
        address(municipality, f"n{number}")
    letter = draft(municipality, by)
    newsletters.schedule(newsletter=letter, by=by)
    assert newsletters.freeze(newsletter_id=letter.pk) == 5
    assert newsletters.freeze(newsletter_id=letter.pk) is None
    address(municipality, "te-laat")  # the list is frozen
    assert newsletters.write_batch(newsletter_id=letter.pk, size=2) == 2
    assert not newsletters.finish(newsletter_id=letter.pk)
    assert (Message.objects.count(), letter.receivers.count()) == (2, 3)
    assert newsletters.run_due() is False
    assert newsletters.write_batch(newsletter_id=letter.pk) == 0
    assert Message.objects.count() == Delivery.objects.filter(is_bulk=True).count() == 5


def test_planned_one_waits_can_be_taken_back_and_does_not_change(
    municipality: Municipality, by: User, time_machine: Any
) -> None:
    time_machine.move_to("2026-03-12T16:30:00Z", tick=False)
    address(municipality, "anna")
    letter = draft(municipality, by)
    at = timezone.now() + timedelta(hours=2)
    newsletters.schedule(newsletter=letter, by=by, at=at)
    newsletters.run_due()
    assert not Message.objects.exists()
    for service in (newsletters.change, newsletters.discard, newsletters.schedule):
        with pytest.raises(ValidationError, match="gepland"):
            service(newsletter=letter, by=by)
    letter = newsletters.cancel(newsletter=letter, by=by)
    assert letter.is_draft
    letter = newsletters.change(newsletter=letter, by=by, subject="Beter")
    newsletters.schedule(newsletter=letter, by=by, at=at)
    time_machine.move_to(at)
    newsletters.run_due()
    assert Message.objects.get().subject == "Beter"
    with pytest.raises(ValidationError, match="begonnen"):
        newsletters.cancel(newsletter=letter, by=by)
    verbs = AuditEvent.objects.filter(verb__startswith="municipalities.newsletter").values_list("verb", flat=True)
    told = sorted(verb.rpartition("_")[2] for verb in verbs)
    assert told == ["cancelled", "created", "scheduled", "scheduled", "started"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"audiences": []}, "Niemand"),
        ({"intro": "", "blocks": []}, "nog geen tekst"),
    ],
)
def test_incomplete_newsletter_is_not_sent(
    municipality: Municipality, by: User, fields: dict[str, Any], words: str
) -> None:
    address(municipality, "anna")
    with pytest.raises(ValidationError, match=words):
        newsletters.schedule(newsletter=draft(municipality, by, **fields), by=by)
    with pytest.raises(ValidationError, match="nog moet komen"):
        newsletters.schedule(newsletter=draft(municipality, by), by=by, at=timezone.now() - timedelta(minutes=1))


def test_test_goes_to_oneself_only_each_time(municipality: Municipality, by: User, smtp: Behaviour) -> None:
    address(municipality, "anna")
    letter = draft(municipality, by)
    newsletters.send_test(newsletter=letter, by=by)
    deliver_due(bulk=False)
    newsletters.change(newsletter=letter, by=by, subject="Anders")
    letter.refresh_from_db()
    newsletters.send_test(newsletter=letter, by=by)
    deliver_due(bulk=False)
    assert [mail["Subject"] for _to, mail in smtp.accepted] == ["Proef: Nieuws", "Proef: Anders"]
    assert {to for to, _mail in smtp.accepted} == {by.email}


def test_what_comes_back_is_counted_and_no_case_for_staff(
    municipality: Municipality,
    by: User,
    smtp: Behaviour,
) -> None:
    address(municipality, "weg")
    smtp.refuse["weg@adres.example"] = "550 5.1.1 unknown"
    for _time in range(3):
        letter = sent(draft(municipality, by), by)
        assert reads.sending_of(letter).bounced == 1
    assert Delivery.objects.filter(state=DeliveryState.GIVEN_UP, settled_at=None).count() == 0
    with pytest.raises(ValidationError, match="Niemand"):
        newsletters.schedule(newsletter=draft(municipality, by), by=by)


def test_after_three_months_the_numbers_stay_and_the_addresses_go(
    municipality: Municipality,
    by: User,
    smtp: Behaviour,
) -> None:
    user = person(municipality)
    address(municipality, "anna")
    letter = sent(draft(municipality, by), by)
    now = timezone.now()
    assert newsletters.forget_old(now=now + timedelta(days=89)) == 0
    assert newsletters.forget_old(now=now + timedelta(days=91)) == 1
    assert [message.recipient for message in Message.objects.all()] == [user]
    letter.refresh_from_db()
    assert reads.sending_of(letter).sent == 2


def test_table_of_states_ends_at_sent() -> None:
    assert NEWSLETTER_TRANSITIONS.is_final("sent")
    assert not NEWSLETTER_TRANSITIONS.allows("sending", "draft")


# --- Pages -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (RoleKind.ADMINISTRATOR, 200),
        (RoleKind.CIVIL_SERVANT, 200),
        (RoleKind.AMBASSADOR, 200),
        (RoleKind.COUNCIL_MEMBER, 403),
        (RoleKind.ALDERMAN, 403),
        (None, 404),
    ],
)
def test_who_may(municipality: Municipality, by: User, kind: RoleKind | None, status: int) -> None:
    user = UserFactory()
    if kind is not None:
        sector = SectorFactory(municipality=municipality) if kind == RoleKind.AMBASSADOR else None
        RoleFactory(municipality=municipality, user=user, kind=kind, sector=sector)
    letter = draft(municipality, by)
    client = signed_in(user)
    for name in ("newsletter", "newsletter_edit", "newsletter_audience", "newsletter_mail", "newsletter_schedule"):
        assert client.get(page(municipality, name, letter.pk)).status_code == status, name
    for name in ("newsletters", "newsletter_new", "newsletter_themes"):
        assert client.get(page(municipality, name)).status_code == status, name
    if status != 200:
        with pytest.raises(PermissionDenied):
            newsletters.schedule(newsletter=letter, by=user)


def test_newsletter_of_another_municipality_does_not_exist(municipality: Municipality, by: User) -> None:
    other = MunicipalityFactory()
    letter = draft(other, civil_servant(other))
    client = signed_in(by)
    assert client.get(page(municipality, "newsletter", letter.pk)).status_code == 404
    assert client.post(page(municipality, "newsletter_action", letter.pk, "weg")).status_code == 404
    assert Newsletter.objects.filter(pk=letter.pk).exists()


def test_staff_write_choose_look_and_send(
    municipality: Municipality, by: User, area: Area, django_capture_on_commit_callbacks: Any
) -> None:
    address(municipality, "anna", area=area)
    client = signed_in(by)
    data = {"subject": "Lente", "intro": "Dag", "heading_1": "Park", "text_1": "Open", "is_public": "on", "parts": "1"}
    more = client.post(page(municipality, "newsletter_new"), {**data, "more": "1"})
    assert more.status_code == 200
    assert b'value="Lente"' in more.content
    assert b'name="text_2"' in more.content
    assert not Newsletter.objects.exists()
    made = client.post(page(municipality, "newsletter_new"), {**data, "text_2": "Nog iets", "parts": "2"})
    letter = Newsletter.objects.get()
    assert made.headers["Location"] == page(municipality, "newsletter_audience", letter.pk)
    assert [block["text"] for block in letter.blocks] == ["Open", "Nog iets"]
    choose = client.get(made.headers["Location"]).content.decode()
    assert "Havenbuurt (1 volger)" in choose
    client.post(made.headers["Location"], {"neighbourhood": [f"neighbourhood:{area.pk}"]})
    hub = page(municipality, "newsletter", letter.pk)
    seen = client.get(hub)
    assert seen.context["receivers"] == 1
    assert "frame-src 'self'" in seen.headers["Content-Security-Policy"]
    framed = client.get(page(municipality, "newsletter_mail", letter.pk))
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert b"Nog iets" in framed.content
    refused = client.post(page(municipality, "newsletter_schedule", letter.pk), {"when": "later", "at": ""})
    assert refused.status_code == 422
    with django_capture_on_commit_callbacks() as asked:
        client.post(page(municipality, "newsletter_schedule", letter.pk), {"when": "now"})
    assert len(asked) == 1
    newsletters.run_due()
    busy = client.get(hub, headers={"HX-Request": "true"})
    assert "0 van 1" in busy.content.decode()
    assert b"<html" not in busy.content
    public = client.get(page(municipality, "newsletter_archive")).content.decode()
    assert "Lente" in public


def test_archive_shows_what_was_sent_and_public(municipality: Municipality, by: User, client: Client) -> None:
    address(municipality, "anna")
    shown, hidden, still = (
        draft(municipality, by, subject=s, is_public=s != "Stil") for s in ("Open", "Stil", "Later")
    )
    for letter in (shown, hidden):
        newsletters.schedule(newsletter=letter, by=by)
    newsletters.run_due()
    text = client.get(page(municipality, "newsletter_archive")).content.decode()
    assert ("Open" in text, "Stil" in text, "Later" in text) == (True, False, False)
    for letter, status in ((shown, 200), (hidden, 404), (still, 404)):
        answer = client.get(page(municipality, "newsletter_public", letter.pk))
        assert answer.status_code == status
        assert not answer.cookies


def test_feed_is_valid_rss_of_what_everybody_may_read(municipality: Municipality, by: User, client: Client) -> None:
    address(municipality, "anna")
    for fields in ({"subject": "Nieuws & <meer>"}, {"subject": "Geheim", "is_public": False}):
        newsletters.schedule(newsletter=draft(municipality, by, **fields), by=by)
    newsletters.run_due()
    draft(municipality, by, subject="Nog niet")
    answer = client.get(page(municipality, "newsletter_feed"))
    assert answer["Content-Type"].startswith("application/rss+xml")
    assert not answer.cookies
    channel = ElementTree.fromstring(answer.content).find("channel")
    assert channel is not None
    (item,) = channel.findall("item")
    assert item.findtext("title") == "Nieuws & <meer>"
    assert client.get(str(item.findtext("link"))).status_code == 200
    assert (
        page(municipality, "newsletter_feed") in client.get(page(municipality, "newsletter_archive")).content.decode()
    )


def test_themes_keep_their_followers_when_taken_away(municipality: Municipality, by: User) -> None:
    newsletters.set_themes(municipality=municipality, names=["Groen", " groen ", "Jeugd", ""], by=by)
    green = NewsTheme.objects.get(name="groen")
    address(municipality, "anna", theme=green)
    client = signed_in(by)
    client.post(page(municipality, "newsletter_themes"), {"names": "Verkeer"})
    assert [theme.name for theme in reads.themes_of(municipality)] == ["Verkeer"]
    newsletters.set_themes(municipality=municipality, names=["Groen"], by=by)
    assert list(reads.receivers(municipality, [f"theme:{green.pk}"])) == ["anna@adres.example"]


@pytest.mark.parametrize("name", ["newsletters", "newsletter_archive"])
def test_lists_cost_the_same_for_one_and_for_three(municipality: Municipality, by: User, name: str) -> None:
    client, costs = signed_in(by), []
    address(municipality, "anna")
    for total in (1, 3):
        while Newsletter.objects.count() < total:
            newsletters.schedule(newsletter=draft(municipality, by), by=by)
        newsletters.run_due()
        client.get(page(municipality, name))
        with CaptureQueriesContext(connection) as asked:
            client.get(page(municipality, name))
        costs.append(len(asked))
    assert costs[0] == costs[1]
