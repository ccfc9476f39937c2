"""Groups of voters: a list, places that are taken once, a vote for members only."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.core.models import AuditEvent
from foundation.municipalities.models import Municipality
from foundation.notifications.models import Message
from foundation.voting import personal_data
from foundation.voting.errors import NotEligible, NotReady, WrongMoment
from foundation.voting.forms_groups import addresses_in
from foundation.voting.models import Ballot, GroupMember, VoterGroup
from foundation.voting.queries import eligibility
from foundation.voting.queries import groups as group_queries
from foundation.voting.queries.roll_totals import roll_totals
from foundation.voting.services import ballots, casting, groups
from tests.factories import voting
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, civil_servant

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def by(settings: Any) -> User:
    settings.TWO_FACTOR_FOR_STAFF = False
    return civil_servant(MunicipalityFactory())


@pytest.fixture
def municipality(by: User) -> Municipality:
    return by.roles.get().municipality


def youth(municipality: Municipality, by: User, size: int = 10) -> VoterGroup:
    group = groups.create(
        municipality=municipality, name="Jongerenraad", description="Wie 12 tot 18 is en gekozen werd.", by=by
    )
    groups.add_members(group=group, addresses=[f"lid{n}@example.org" for n in range(size)], by=by)
    return group


def members(group: VoterGroup, number: int) -> list[User]:
    made = [UserFactory(email=f"lid{n}@example.org") for n in range(number)]
    for user in made:
        groups.join(group=group, by=user)
    return made


def move_away(user: User) -> None:
    """Another address for this account; the old one is free for somebody else."""
    EmailAddress.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(email=f"verhuisd{user.pk}@example.org")


def vote_of(group: VoterGroup, by: User, **fields: Any) -> Ballot:
    return voting.opened(group.municipality, by=by, electorate="group", group=group, limit_kind="none", **fields)


def test_addresses_are_invited_once_and_the_trail_holds_none(municipality: Municipality, by: User) -> None:
    group = youth(municipality, by, 2)
    assert groups.add_members(group=group, addresses=["LID1@example.org ", "lid2@example.org"], by=by) == 1
    assert Message.objects.filter(kind="voting.group_invitation").count() == 3
    trail = str(list(AuditEvent.objects.filter(verb__startswith="voting.group").values()))
    assert "example.org" not in trail
    with pytest.raises(PermissionDenied):
        groups.add_members(group=group, addresses=["x@example.org"], by=voting.resident(municipality))
    with pytest.raises(ValidationError):
        groups.create(municipality=municipality, name="Jongerenraad", by=by)


def test_a_place_is_taken_by_who_has_the_address_and_by_nobody_after_that(municipality: Municipality, by: User) -> None:
    group = youth(municipality, by)
    anna = UserFactory(email="lid1@example.org")
    place = groups.join(group=group, by=anna)
    assert groups.join(group=group, by=anna) == place
    with pytest.raises(NotEligible):
        groups.join(group=group, by=UserFactory())
    # The address goes on to another account: the place does not.
    move_away(anna)
    heir = UserFactory(email="lid1@example.org")
    with pytest.raises(NotEligible):
        groups.join(group=group, by=heir)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        GroupMember.objects.filter(pk=place.pk).update(user=heir)


def test_only_members_vote_and_everybody_is_told_what_to_do(municipality: Municipality, by: User) -> None:
    group = youth(municipality, by)
    anna = members(group, 1)[0]
    ballot = vote_of(group, by)
    invited, stranger = UserFactory(email="lid5@example.org"), voting.resident(municipality)
    now = clock.now()
    assert eligibility.check(ballot, anna, now).may_vote
    assert eligibility.check(ballot, invited, now).action == "join"
    no = eligibility.check(ballot, stranger, now)
    assert (no.code, "Jongerenraad" in no.text, "gekozen werd" in no.text) == ("no_member", True, True)
    assert voting.vote(ballot, 1, by=anna).code
    for person in (invited, stranger):
        with pytest.raises(NotEligible):
            voting.vote(ballot, 1, by=person)
    groups.join(group=group, by=invited)  # also while the vote is open: the list said so before
    assert voting.vote(ballot, 2, by=invited).code
    assert ballot.frozen["electorate"]["group"] == {"name": "Jongerenraad", "members": 10}
    assert not ballot.voter_records.exclude(area=None).exists()


def test_a_group_of_fewer_than_ten_does_not_vote(municipality: Municipality, by: User) -> None:
    group = youth(municipality, by, 9)
    draft = voting.draft(municipality, by=by, electorate="group", group=group)
    with pytest.raises(NotReady, match="10"):
        ballots.announce(ballot=draft, by=by)
    groups.add_members(group=group, addresses=["tiende@example.org"], by=by)
    assert ballots.announce(ballot=draft, by=by).state == "announced"


def test_while_a_vote_is_open_the_list_is_fixed_also_for_the_database(municipality: Municipality, by: User) -> None:
    group = youth(municipality, by)
    vote_of(group, by)
    with pytest.raises(WrongMoment):
        groups.add_members(group=group, addresses=["nieuw@example.org"], by=by)
    with pytest.raises(WrongMoment):
        groups.remove_member(member=group.members.first(), by=by)  # type: ignore[arg-type]
    with pytest.raises(DatabaseError, match="group_fixed"), transaction.atomic():
        GroupMember.objects.create(group=group, email="nieuw@example.org")
    with pytest.raises(DatabaseError, match="group_fixed"), transaction.atomic():
        group.members.all().delete()


def test_an_erased_account_leaves_an_empty_place_that_nobody_takes(municipality: Municipality, by: User) -> None:
    group = youth(municipality, by)
    anna = members(group, 1)[0]
    vote_of(group, by)
    assert personal_data.export_groups(anna) == [{"gemeente": municipality.name, "groep": "Jongerenraad"}]
    groups.forget(anna)
    assert group_queries.places(group) == 9
    move_away(anna)
    with pytest.raises(NotEligible):
        groups.join(group=group, by=UserFactory(email="lid0@example.org"))


def test_the_totals_tell_how_many_members_might_vote(municipality: Municipality, by: User) -> None:
    group = youth(municipality, by, 12)
    ballot = vote_of(group, by)
    for person in members(group, 3):
        casting.cast(
            ballot=Ballot.objects.select_related("municipality", "secret").get(pk=ballot.pk),
            by=person,
            choices=(1,),
            form_token="t" * 32,
            now=clock.now(),
        )
    assert roll_totals(ballot) == {"voters": 3, "entitled": 12, "areas": {}}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@b.nl\nc@d.nl", ["a@b.nl", "c@d.nl"]),
        ("Naam;E-mail\nAnna;A@B.nl;x\nBo;<a@b.nl>\n", ["a@b.nl"]),
        ("", []),
    ],
)
def test_addresses_are_found_in_what_people_paste(text: str, found: list[str]) -> None:
    assert addresses_in(text) == found


def test_what_is_no_address_is_named() -> None:
    with pytest.raises(ValidationError, match="x@y"):
        addresses_in("goed@example.org x@y")


# --- Pages --------------------------------------------------------------------------------------------------------------


def test_staff_makes_a_group_adds_and_removes(client: Client, municipality: Municipality, by: User) -> None:
    client.force_login(by, BACKEND)
    index = reverse("voting:groups", args=[municipality.slug])
    made = client.post(index, {"name": "Jongerenraad", "description": ""})
    group = VoterGroup.objects.get()
    assert made.headers["Location"] == reverse("voting:group", args=[municipality.slug, group.pk])
    client.post(made.headers["Location"], {"addresses": "a@example.org; b@example.org"})
    assert group.members.count() == 2
    page = client.get(made.headers["Location"]).content.decode()
    assert "a@example.org" in page
    assert "minstens 10" in page
    place = group.members.get(email="a@example.org")
    client.post(reverse("voting:group_remove", args=[municipality.slug, group.pk, place.pk]))
    assert list(group.members.values_list("email", flat=True)) == ["b@example.org"]
    assert client.post(made.headers["Location"], {"addresses": "niets"}).status_code == 422
    assert client.post(index, {"name": "Jongerenraad"}).status_code == 422
    renamed = {"name": "Jongerenraad Oost", "description": "Gekozen."}
    client.post(reverse("voting:group_edit", args=[municipality.slug, group.pk]), renamed)
    group.refresh_from_db()
    assert (group.name, group.description) == ("Jongerenraad Oost", "Gekozen.")


def test_a_group_of_another_municipality_is_not_there(client: Client, municipality: Municipality, by: User) -> None:
    elsewhere = MunicipalityFactory()
    group = youth(elsewhere, civil_servant(elsewhere), 1)
    client.force_login(by, BACKEND)
    assert client.get(reverse("voting:group", args=[municipality.slug, group.pk])).status_code == 404
    assert client.get(reverse("voting:group", args=[elsewhere.slug, group.pk])).status_code in (403, 404)


def test_a_member_comes_from_the_vote_says_so_and_is_back(client: Client, municipality: Municipality, by: User) -> None:
    group = youth(municipality, by)
    ballot = vote_of(group, by)
    here = ballot.get_absolute_url()
    assert "Jongerenraad" in client.get(here).content.decode()
    client.force_login(UserFactory(email="lid3@example.org"), BACKEND)
    join = reverse("voting:group_join", args=[municipality.slug, group.pk])
    assert join in client.get(here).content.decode()
    assert "lid3@example.org" in client.get(f"{join}?next={here}").content.decode()
    assert client.post(join, {"next": here}).headers["Location"] == here
    assert client.get(f"{here}stem/").status_code == 200
    assert client.post(join, {"next": "https://elders.example/"}).headers["Location"].startswith("/")


def test_the_list_of_groups_asks_as_much_for_three_as_for_one(
    client: Client, municipality: Municipality, by: User
) -> None:
    client.force_login(by, BACKEND)
    index = reverse("voting:groups", args=[municipality.slug])
    asked = []
    for name in ("Een", "Twee", "Drie"):
        made = groups.create(municipality=municipality, name=name, by=by)
        groups.add_members(group=made, addresses=[f"{name}{n}@example.org" for n in range(3)], by=by)
        client.get(index)
        with CaptureQueriesContext(connection) as queries:
            client.get(index)
        asked.append(len(queries))
    assert asked[0] == asked[2]


def test_the_wizard_asks_for_the_group_and_only_then(client: Client, municipality: Municipality, by: User) -> None:
    group = youth(municipality, by)
    draft = voting.draft(municipality, by=by)
    client.force_login(by, BACKEND)
    path = reverse("voting:who_and_when", args=[municipality.slug, draft.slug])
    when = {"opens_at": "2036-05-01T10:00", "closes_at": "2036-05-08T10:00", "required_assurance": 10}
    assert client.post(path, {**when, "electorate": "group"}).status_code == 200  # which group?
    assert (
        client.post(path, {**when, "electorate": "group", "group": group.pk, "allow_change": "on"}).status_code == 302
    )
    draft.refresh_from_db()
    assert (draft.group, draft.allow_change) == (group, True)
    client.post(path, {**when, "electorate": "residents", "group": group.pk})
    draft.refresh_from_db()
    assert (draft.group, draft.allow_change) == (None, False)
