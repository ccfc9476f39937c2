"""Readers of newsletters without an account are told that a vote has opened: once, and nothing tells who came by it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.municipalities.enums import AddressForm, NewsletterState
from foundation.municipalities.models import Follow, Follower, Municipality, Newsletter, NewsTheme
from foundation.municipalities.services import newsletters
from foundation.notifications.models import Bounce, Message
from foundation.notifications.services import deliver_bulk
from foundation.voting.queries.followers import readers
from foundation.voting.services import ballots
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, civil_servant
from tests.notifications import conftest as post_office
from tests.notifications.smtp_server import Behaviour

pytestmark = pytest.mark.django_db
mail_port, smtp = post_office.mail_port, post_office.smtp
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory(name="Rivierdam", slug="rivierdam")


def follower(town: Municipality, name: str, *, confirmed: bool = True, **what: Any) -> str:
    """The address of somebody without an account, who opened the link in the e-mail unless not ``confirmed``."""
    made, _new = Follower.objects.get_or_create(municipality=town, address=f"{name}@adres.example")
    Follow.objects.create(follower=made, confirmed_at=timezone.now() if confirmed else None, **what)
    return made.address


def told(smtp: Behaviour) -> list[str]:
    """Who was mailed, after everything that waits has gone."""
    newsletters.run_due()
    deliver_bulk()
    newsletters.run_due()
    return sorted(address for address, _mail in smtp.accepted)


def test_who_follows_the_municipality_or_a_neighbourhood_of_the_vote_gets_one_e_mail(
    town: Municipality, smtp: Behaviour
) -> None:
    here, elsewhere = (NeighbourhoodFactory(municipality=town) for _n in range(2))
    theme = NewsTheme.objects.create(municipality=town, name="Groen")
    both = follower(town, "anna")
    follower(town, "anna", area=here)
    near = follower(town, "bert", area=here)
    follower(town, "carla", area=elsewhere)
    follower(town, "dirk", theme=theme)
    follower(town, "els", confirmed=False)
    follower(MunicipalityFactory(), "frits")
    Bounce.objects.create(address=follower(town, "gerda"), times=3)
    ballot = voting.announced(town, areas=[here])
    assert told(smtp) == [], "nothing before it opens"
    assert readers(ballot).number == 2
    ballot = ballots.open_now(ballot=ballot, by=ballot.announced_by)
    assert told(smtp) == [both, near]
    assert told(smtp) == [both, near], "and nothing later"
    made = Newsletter.objects.get()
    assert (made.state, made.receivers_total, made.source) == (NewsletterState.SENT, 2, f"voting.ballot:{ballot.pk}")
    assert readers(ballot).number == 2
    mail = smtp.mail_to(both)
    assert mail["Subject"] == "Je kunt stemmen: Buurtbudget"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_vote_of_the_whole_municipality_is_told_in_every_neighbourhood(town: Municipality, smtp: Behaviour) -> None:
    follower(town, "anna", area=NeighbourhoodFactory(municipality=town))
    follower(town, "bert", area=NeighbourhoodFactory(municipality=town))
    voting.opened(town)
    assert told(smtp) == ["anna@adres.example", "bert@adres.example"]


def test_the_link_to_the_vote_is_the_same_for_everybody_and_one_click_ends_the_e_mails(
    town: Municipality, smtp: Behaviour
) -> None:
    addresses = [follower(town, "anna"), follower(town, "bert")]
    ballot = voting.opened(town)
    told(smtp)
    links = []
    for address in addresses:
        mail = smtp.mail_to(address)
        for part in ("plain", "html"):
            body = mail.get_body((part,))
            assert body is not None
            links.append(
                [link for link in re.findall(r"https?://[^\s\"<>]+", body.get_content()) if "stemming" in link]
            )
    assert all(set(found) == {links[0][0]} for found in links)
    assert links[0][0].endswith(ballot.get_absolute_url())
    stop = smtp.mail_to(addresses[0])["List-Unsubscribe"].strip("<>")
    path = "/" + stop.split("/", 3)[3]
    assert Client().post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert list(Follower.objects.values_list("address", flat=True)) == [addresses[1]]


def test_who_has_an_account_and_was_told_there_gets_no_second_e_mail(town: Municipality, smtp: Behaviour) -> None:
    known = voting.resident(town, user__email="Anna@adres.example")
    follower(town, "anna")
    only = follower(town, "bert")
    voting.opened(town)
    assert Message.objects.filter(recipient=known, kind="voting.ballot_opened").count() == 1
    assert told(smtp) == [only]


def test_it_is_planned_once_per_vote_also_by_the_database(town: Municipality) -> None:
    follower(town, "anna")
    ballot = voting.opened(town)
    made = Newsletter.objects.get()
    again = {"municipality": town, "subject": "x", "intro": "", "items": [], "audiences": ["municipality:"]}
    assert newsletters.announce(source=made.source, **again) is None
    with pytest.raises(DatabaseError, match="newsletter_once_per_source"), transaction.atomic():
        Newsletter.objects.create(municipality=town, subject="x", source=made.source)
    assert readers(ballot).newsletter == made


def test_members_of_a_group_and_earlier_elections_are_nobody_elses_business(town: Municipality) -> None:
    follower(town, "anna")
    ballot = voting.draft(town)
    for fields in ({"electorate": "group"}, {"is_historic": True}):
        other = ballot.__class__.objects.get(pk=ballot.pk)
        for name, value in fields.items():
            setattr(other, name, value)
        assert readers(other) is None
    assert readers(ballot).number == 1


def test_a_vote_that_is_cancelled_at_once_is_not_told_and_later_the_same_readers_hear_of_it(
    town: Municipality, smtp: Behaviour
) -> None:
    anna = follower(town, "anna")
    ballot = voting.opened(town)
    ballots.cancel(ballot=ballot, by=ballot.announced_by, reason="De plannen zijn ingetrokken.")
    assert told(smtp) == []
    ballot = voting.opened(town)
    told(smtp)
    ballots.cancel(ballot=ballot, by=ballot.announced_by, reason="De plannen zijn ingetrokken.")
    assert told(smtp) == [anna, anna]
    body = smtp.accepted[-1][1].get_body(("plain",))
    assert body is not None
    assert "De plannen zijn ingetrokken." in body.get_content()


def test_a_municipality_that_says_u_says_so_here_too(smtp: Behaviour) -> None:
    town = MunicipalityFactory(address_form=AddressForm.U)
    anna = follower(town, "anna")
    voting.opened(town)
    told(smtp)
    assert smtp.mail_to(anna)["Subject"] == "U kunt stemmen: Buurtbudget"


def test_staff_see_how_many_before_it_opens_and_how_far_it_is_afterwards(town: Municipality, settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    follower(town, "anna")
    by = civil_servant(town)
    client = Client()
    client.force_login(by, BACKEND)
    ballot = voting.announced(town)
    page = reverse("voting:staff_detail", args=[town.slug, ballot.slug])
    assert "1 adres krijgt een e-mail als de stemming opengaat" in client.get(page).content.decode()
    ballots.open_now(ballot=ballot, by=ballot.announced_by)
    made = Newsletter.objects.get()
    sent = reverse("municipalities:newsletter", args=[town.slug, made.pk])
    assert sent in client.get(page).content.decode()
    newsletters.run_due()
    assert "1 adres kreeg een e-mail toen de stemming openging" in client.get(page).content.decode()
    assert "het portaal zelf" in client.get(sent).content.decode()
