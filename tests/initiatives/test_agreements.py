"""After a yes: the agreement adds up, notes stay between the two sides, reminders come once, and what was learned is shared."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.notifications.models import Message
from initiatives import timeline, wording
from initiatives.enums import InitiativeState
from initiatives.errors import InitiativeError, Stale, WrongMoment
from initiatives.models import Agreement, ContactMoment, Evaluation, Initiative, Instalment, Progress
from initiatives.services import agreements
from initiatives.services import initiatives as steps
from tests.core.test_pdf import assert_accessible
from tests.factories import initiatives
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, RoleFactory, administrator, civil_servant

pytestmark = pytest.mark.django_db
SECRET = "Onder-Ons-8824"
TERMS: dict[str, Any] = {
    "subject": "De groep maait elke week.",
    "budget_cents": 100_000,
    "if_not_kept": "Dan praten we eerst.",
    "ending": "Een maand van tevoren.",
}


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


@pytest.fixture
def initiative() -> Initiative:
    return initiatives.in_state(InitiativeState.AGREED, kind="challenge")


@pytest.fixture
def by(initiative: Initiative) -> User:
    return civil_servant(initiative.municipality)


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def written(initiative: Initiative, by: User, **more: Any) -> Agreement:
    """An agreement of a thousand euros in two parts, with one talk."""
    fields: dict[str, Any] = {
        "starts_on": in_days(0),
        "ends_on": in_days(365),
        "instalments": [(60_000, in_days(3)), (40_000, in_days(200))],
        "talks": [(in_days(5), "Hoe gaat het maaien?")],
        **TERMS,
        **more,
    }
    return agreements.save(initiative=initiative, by=by, **fields)


def signed(initiative: Initiative, by: User, **more: Any) -> Agreement:
    return agreements.sign(agreement=written(initiative, by, **more), by=by, signed_on=in_days(0))


def at(name: str, initiative: Initiative, *args: Any) -> str:
    return reverse(f"initiatives:{name}", args=[initiative.municipality.slug, initiative.slug, *args])


def test_the_instalments_are_the_budget_together(initiative: Initiative, by: User) -> None:
    for parts in ([], [(60_000, in_days(3))], [(60_000, in_days(3)), (40_001, in_days(4))]):
        with pytest.raises(ValidationError, match="€"):
            written(initiative, by, instalments=parts)
    assert not Agreement.objects.exists()
    agreement = written(initiative, by)
    assert [part.amount_cents for part in agreement.instalments.all()] == [60_000, 40_000]
    with pytest.raises(IntegrityError, match="instalment_is_something"), transaction.atomic():
        Instalment.objects.create(agreement=agreement, amount_cents=0, due_on=in_days(1))
    with pytest.raises(ValidationError):
        written(initiative, by, version=1, ends_on=in_days(-1))


def test_only_after_a_yes_and_only_by_staff(initiative: Initiative, by: User) -> None:
    for person in (UserFactory(), initiative.team.get().user, civil_servant(MunicipalityFactory())):
        with pytest.raises(PermissionDenied):
            written(initiative, person)
    refused = initiatives.in_state(InitiativeState.IN_ASSESSMENT, initiative.municipality)
    with pytest.raises(WrongMoment):
        written(refused, by)


def test_of_two_who_change_it_the_second_is_told_and_what_was_paid_stays(initiative: Initiative, by: User) -> None:
    agreement = signed(initiative, by)
    first, second = agreement.instalments.all()
    agreements.pay(instalment=first, by=by, paid_on=in_days(0))
    with pytest.raises(Stale):
        written(initiative, by, version=1, instalments=[(40_000, in_days(200))])
    with pytest.raises(ValidationError):
        written(initiative, by, version=2, instalments=[(100_000, in_days(200))])
    written(initiative, by, version=2, instalments=[(40_000, in_days(200))], subject="Anders")
    # What did not change is the same row, so that nobody is reminded twice.
    assert set(agreement.instalments.values_list("pk", flat=True)) == {first.pk, second.pk}
    with pytest.raises(InitiativeError):
        agreements.pay(instalment=first, by=by, paid_on=in_days(0))
    with pytest.raises(InitiativeError):
        agreements.pay(instalment=second, by=by, paid_on=in_days(1))


def test_it_is_signed_once_and_public_from_then_on(initiative: Initiative, by: User) -> None:
    agreement = written(initiative, by)
    page = initiative.get_absolute_url()
    with pytest.raises(WrongMoment):
        agreements.pay(instalment=agreement.instalments.all()[0], by=by, paid_on=in_days(0))
    assert TERMS["subject"] not in Client().get(page).content.decode()
    with pytest.raises(InitiativeError):
        agreements.sign(agreement=agreement, by=by, signed_on=in_days(1))
    agreements.sign(agreement=agreement, by=by, signed_on=in_days(0), version=1)
    with pytest.raises(WrongMoment):
        agreements.sign(agreement=agreement, by=by, signed_on=in_days(0))
    assert TERMS["subject"] in Client().get(page).content.decode()
    entry = initiative.timeline.get(verb="agreement_signed")
    assert timeline.line(entry).sentence.startswith("Gemeente en initiatiefnemers hebben op")
    message = Message.objects.get(kind="initiatives.moved", recipient=initiative.team.get().user)
    assert message.context["facts"] == {"day": in_days(0).isoformat()}
    assert "overeenkomst" in wording.happened(entry.verb, message.context["facts"])


def test_what_was_said_in_a_talk_stays_between_the_two_sides(initiative: Initiative, by: User) -> None:
    agreement = signed(initiative, by)
    agreements.hold(talk=agreement.contact_moments.get(), by=by, held_on=in_days(0), notes=SECRET)
    team, here = initiative.team.get().user, initiative.municipality
    inside = at("agreement", initiative)
    for user in (team, by, administrator(here)):
        assert SECRET in client_of(user).get(inside).content.decode()
    council = RoleFactory(municipality=here, kind="council_member").user
    public = [initiative.get_absolute_url(), reverse("initiatives:register", args=[here.slug])]
    for stranger in (None, UserFactory(), council, civil_servant(MunicipalityFactory())):
        client = client_of(stranger)
        for address in public:
            assert SECRET not in client.get(address).content.decode()
        for address in (inside, at("agreement_pdf", initiative)):
            assert client.get(address).status_code in (302, 403, 404)
    assert SECRET not in str(list(Message.objects.values_list("context", flat=True)))


def test_the_document_is_a_pdf_that_says_it_for_screen_readers(initiative: Initiative, by: User) -> None:
    written(initiative, by)
    answer = client_of(initiative.team.get().user).get(at("agreement_pdf", initiative))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    assert_accessible(answer.content)


def test_payments_and_talks_are_reminded_of_exactly_once(initiative: Initiative, by: User) -> None:
    written(initiative, by)
    Initiative.objects.filter(pk=initiative.pk).update(handler=by)
    assert agreements.remind() == 0  # nothing is agreed before it is signed
    agreement = Agreement.objects.get()
    agreements.sign(agreement=agreement, by=by, signed_on=in_days(0))
    team = initiative.team.get().user
    assert agreements.remind() == 3
    assert agreements.remind() == 0
    told = set(Message.objects.filter(kind__startswith="initiatives.talk").values_list("recipient", "kind"))
    assert told == {(team.pk, "initiatives.talk_soon"), (by.pk, "initiatives.talk_soon_staff")}
    assert Message.objects.get(kind="initiatives.payment_due").recipient == by
    assert agreements.remind(today=in_days(4)) == 1  # it should have been paid the day before
    agreements.pay(instalment=agreement.instalments.all()[0], by=by, paid_on=in_days(0))
    ContactMoment.objects.update(held_on=in_days(0))
    assert agreements.remind(today=in_days(5)) == 0
    assert agreements.remind(today=in_days(195)) == 1


def test_both_sides_tell_how_it_goes_and_nobody_else(initiative: Initiative, by: User) -> None:
    team = initiative.team.get().user
    agreements.tell_progress(initiative=initiative, by=team, text="Het gras is kort.", on=in_days(0), spent_cents=500)
    agreements.tell_progress(initiative=initiative, by=by, text="Wij zijn tevreden.", on=in_days(-1))
    assert list(Progress.objects.values_list("by_municipality", flat=True)) == [False, True]
    with pytest.raises(PermissionDenied):
        agreements.tell_progress(initiative=initiative, by=UserFactory(), text="Onzin", on=in_days(0))
    with pytest.raises(InitiativeError):
        agreements.tell_progress(initiative=initiative, by=team, text="Later", on=in_days(1))
    other = initiatives.in_state(InitiativeState.IN_ASSESSMENT, by=team)
    with pytest.raises(WrongMoment):
        agreements.tell_progress(initiative=other, by=team, text="Te vroeg", on=in_days(0))
    page = Client().get(initiative.get_absolute_url()).content.decode()
    assert "Het gras is kort." in page
    assert "Wij zijn tevreden." in page


def test_looking_back_closes_the_plan_once_and_lets_others_learn() -> None:
    initiative = initiatives.in_state(InitiativeState.FINISHED)
    by, page = civil_servant(initiative.municipality), initiative.get_absolute_url()
    fields: dict[str, Any] = {"results": "Een mooi park", "went_not": "Te weinig gieters", "satisfaction": 4}
    with pytest.raises(PermissionDenied):
        agreements.look_back(initiative=initiative, by=initiative.team.get().user, **fields)
    with pytest.raises(ValidationError):
        agreements.look_back(initiative=initiative, by=by, **fields | {"satisfaction": 6})
    initiative.refresh_from_db()
    assert initiative.state == InitiativeState.FINISHED
    assert "Te weinig gieters" not in Client().get(page).content.decode()
    agreements.look_back(initiative=initiative, by=by, version=initiative.version, **fields)
    with pytest.raises(WrongMoment):
        agreements.look_back(initiative=initiative, by=by, **fields)
    assert "Te weinig gieters" in Client().get(page).content.decode()
    assert Evaluation.objects.get().initiative == initiative


def test_from_a_yes_to_looking_back_by_the_pages(initiative: Initiative, by: User) -> None:
    staff, team = client_of(by), client_of(initiative.team.get().user)
    typed = {**TERMS, "budget_cents": "1.000", "starts_on": in_days(0), "ends_on": in_days(365)}
    rows = {"part_cents_0": "600", "part_day_0": in_days(3), "part_cents_1": "300", "part_day_1": in_days(200)}
    rows |= {"talk_day_0": in_days(5), "talk_subject_0": "Maaien", "part_day_2": "", "talk_day_1": ""}
    write = at("agreement_write", initiative)
    assert staff.get(write).status_code == 200
    answer = staff.post(write, typed | rows)
    assert answer.status_code == 422
    assert "€\xa0900" in answer.content.decode()
    assert staff.post(write, typed | rows | {"part_cents_1": "400", "part_day_1": ""}).status_code == 422
    assert staff.post(write, typed | rows | {"part_cents_1": "400"})["Location"] == at("agreement", initiative)
    assert staff.post(write, typed | rows | {"part_cents_1": "400"}).status_code == 422  # it was made in the meantime
    assert staff.post(at("agreement_sign", initiative), {"day": in_days(0), "version": 1}).status_code == 302
    part, talk = Instalment.objects.all()[0], ContactMoment.objects.get()
    assert staff.post(at("instalment_pay", initiative, part.pk), {"day": in_days(0)}).status_code == 302
    assert staff.post(at("talk", initiative, talk.pk), {"held_on": in_days(0), "notes": "Goed"}).status_code == 302
    steps.start(initiative=initiative, by=initiative.team.get().user)
    told = team.post(at("progress", initiative), {"on": in_days(0), "text": "Het loopt.", "spent_cents": "250"})
    assert told["Location"] == initiative.get_absolute_url()
    steps.finish(initiative=initiative, by=initiative.team.get().user)
    case = staff.get(at("case", initiative)).content.decode()
    assert at("look_back", initiative) in case
    initiative.refresh_from_db()
    closing = {"version": initiative.version, "results": "Klaar", "satisfaction": "5", "goes_on": "on"}
    assert staff.post(at("look_back", initiative), closing)["Location"] == at("case", initiative)
    page = Client().get(initiative.get_absolute_url()).content.decode()
    for text in ("Het loopt.", TERMS["subject"], "Klaar"):
        assert text in page
    assert staff.get(at("agreement", initiative)).status_code == 200


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("agreement", {"team", "staff", "boss"}),
        ("agreement_pdf", {"team", "staff", "boss"}),
        ("progress", {"team", "staff", "boss"}),
        ("agreement_write", {"staff", "boss"}),
        ("agreement_sign", {"staff", "boss"}),
        ("instalment_pay", {"staff", "boss"}),
        ("talk", {"staff", "boss"}),
        ("look_back", {"staff", "boss"}),
    ],
)
def test_who_may_open_what(initiative: Initiative, by: User, name: str, who: set[str]) -> None:
    here, agreement = initiative.municipality, written(initiative, by)
    people = {
        "nobody": None,
        "resident": UserFactory(),
        "team": initiative.team.get().user,
        "council": RoleFactory(municipality=here, kind="council_member").user,
        "staff": by,
        "boss": administrator(here),
        "other": administrator(MunicipalityFactory()),
    }
    numbers = {"instalment_pay": agreement.instalments.all()[0].pk, "talk": agreement.contact_moments.get().pk}
    address = at(name, initiative, *([numbers[name]] if name in numbers else []))
    opened = {person for person, user in people.items() if client_of(user).get(address).status_code == 200}
    assert opened == who


def test_progress_does_not_fill_a_page_without_end(
    initiative: Initiative, by: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agreements, "MOST_PROGRESS", 2)
    for number in range(2):
        agreements.tell_progress(initiative=initiative, by=by, text=f"Week {number}", on=in_days(0))
    with pytest.raises(InitiativeError):
        agreements.tell_progress(initiative=initiative, by=by, text="Week 3", on=in_days(0))
    assert Progress.objects.count() == 2
