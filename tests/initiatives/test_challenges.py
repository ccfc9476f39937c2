"""The right to challenge: the wizard, the checklist, the requirements, the register, and what stays inside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.core.maps import projection_of
from foundation.municipalities.models import ByLaw, Municipality
from foundation.municipalities.queries import neighbourhoods_of
from foundation.notifications.models import Message
from initiatives.enums import InitiativeState
from initiatives.errors import Stale, WrongMoment
from initiatives.models import Agreement, Challenge, ChallengeSettings, Decision, Draft, Evaluation, Initiative
from initiatives.queries import challenges as queries
from initiatives.services import challenges, desk
from initiatives.views._drafts import MAP_WIDTH
from tests.factories import initiatives
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import (
    MunicipalityFactory,
    NeighbourhoodFactory,
    RoleFactory,
    administrator,
    civil_servant,
    square,
)

pytestmark = pytest.mark.django_db
SECRET = "Binnenskamers-5512"
PAGES: dict[str, dict[str, Any]] = {
    "taak": {"task": "Onderhoud van het Singelpark", "quality": "Twee keer maaien", "cost_cents": "12.000"},
    "aanbod": {
        "title": "Wij houden ons park",
        "summary": "Buren onderhouden het park.",
        "offers": ["better", "cheaper"],
        "offer": "Elke week met twintig buren",
        "offered_cents": "8000,50",
        "benefits": "Mensen kennen elkaar",
        "story": "Wij **willen** dit zelf doen.",
    },
    "groep": {"group": "Vrienden van het park", "legal_form": "foundation", "reach": "De buurt", "reach_people": "400"},
    "middelen": {"own_cents": "", "starts_on": "2027-04-01", "months": "24"},
}


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def challenged(state: str = InitiativeState.IN_ASSESSMENT, here: Municipality | None = None, **more: Any) -> Initiative:
    """An initiative in this state with its challenge."""
    initiative = initiatives.in_state(state, here, kind="challenge", **more)
    Challenge.objects.create(
        initiative=initiative,
        task="Onderhoud van het park",
        offers=["better"],
        offer="Elke week",
        group="Parkvrienden",
        cost_cents=10_000,
        offered_cents=12_500,
    )
    return initiative


def fill(client: Client, here: Municipality, pages: dict[str, dict[str, Any]] | None = None) -> str:
    """Begin and fill in every page; the address of the last one."""
    first = client.post(reverse("initiatives:challenge_start", args=[here.slug]))["Location"]
    for step, typed in (pages or PAGES).items():
        client.post(first.replace("/taak/", f"/{step}/"), typed)
    return str(first.replace("/taak/", "/controleren/"))


def test_a_challenge_is_filled_in_without_account_and_sent_once_with_one(client: Client) -> None:
    here, user = MunicipalityFactory(), UserFactory()
    start = client.get(reverse("initiatives:challenge_start", args=[here.slug]))
    assert start.status_code == 200
    assert not client.cookies
    check = fill(client, here)
    shown = client.get(check).content.decode()
    assert "Onderhoud van het Singelpark" in shown
    assert "€ 12.000" in shown.replace("\xa0", " ")
    assert client.post(check).status_code == 302
    assert not Initiative.objects.exists()
    known = client_of(user)
    for _press in range(2):
        made = known.post(check, {"show_name": "on"})["Location"]
    challenge = Challenge.objects.get()
    initiative = Initiative.objects.get()
    assert made == initiative.get_absolute_url()
    assert (initiative.kind, initiative.state) == ("challenge", InitiativeState.SUBMITTED)
    assert (challenge.cost_cents, challenge.offered_cents, challenge.saved_cents) == (1_200_000, 800_050, 399_950)
    assert (challenge.months, challenge.own_cents, challenge.offers) == (24, 0, ["better", "cheaper"])
    page = Client().get(made).content.decode()
    for text in ("Twee keer maaien", "Elke week met twintig buren", "Vrienden van het park", "<strong>willen</strong>"):
        assert text in page


def test_what_is_missing_is_summed_up_with_links_and_nothing_is_sent() -> None:
    here = MunicipalityFactory()
    client = client_of(UserFactory())
    check = fill(client, here, {"taak": {"task": ""}, "middelen": {"months": "0"}})
    answer = client.post(check, {"show_name": "on"})
    page = answer.content.decode()
    assert page, answer.headers
    assert 'class="error-summary"' in page
    for step, field in (("taak", "task"), ("aanbod", "offer"), ("groep", "group"), ("middelen", "months")):
        assert f"{check.replace('/controleren/', f'/{step}/')}#id_{field}" in page
    assert not Initiative.objects.exists()


def test_a_click_on_the_map_gives_the_task_its_place_and_a_miss_stays_on_the_page(client: Client) -> None:
    here = MunicipalityFactory()
    area = NeighbourhoodFactory(municipality=here, geometry=square(4.6, 51.8), name="Singelkwartier")
    first = client.post(reverse("initiatives:challenge_start", args=[here.slug]))["Location"]
    assert b'type="image"' in client.get(first).content
    missed = client.post(first, {**PAGES["taak"], "plek.x": "9999", "plek.y": "9999"})
    assert missed.status_code == 200
    assert missed.context["missed"]
    x, y = projection_of(list(neighbourhoods_of(here)), MAP_WIDTH).pixel(4.603, 51.803)
    page = client.post(first, {**PAGES["taak"], "plek.x": round(x), "plek.y": round(y)})
    assert page.context["form"]["neighbourhood"].value() == area.code
    assert page.context["form"]["task"].value() == PAGES["taak"]["task"]
    for step, typed in PAGES.items():
        client.post(first.replace("/taak/", f"/{step}/"), {**typed, "neighbourhood": area.code})
    client_of(UserFactory()).post(first.replace("/taak/", "/controleren/"), {"show_name": "on"})
    made = Initiative.objects.get()
    assert (made.neighbourhood, made.lon) == (area, pytest.approx(4.603, abs=1e-3))


def test_the_ordinary_wizard_leads_a_challenge_to_its_own_pages(client: Client) -> None:
    here = MunicipalityFactory()
    check = fill(client, here, {"taak": PAGES["taak"]})
    key = check.split("/")[-3]
    for address in (
        reverse("initiatives:draft", args=[here.slug, key]),
        reverse("initiatives:draft_step", args=[here.slug, key, "controleren"]),
    ):
        answer = client.get(address, follow=True)
        assert answer.redirect_chain[-1][0] == check.replace("/controleren/", "/aanbod/")
    plan = client.post(reverse("initiatives:new", args=[here.slug]), {"kind": "energy"})["Location"]
    other = plan.split("/")[-3]
    assert client.get(reverse("initiatives:challenge_step", args=[here.slug, other, "taak"])).status_code == 404
    assert Draft.objects.count() == 2


def test_the_team_changes_its_offer_until_it_is_assessed_and_nobody_overwrites() -> None:
    initiative = challenged(InitiativeState.SUBMITTED)
    team = initiative.team.get().user
    challenges.change(initiative=initiative, by=team, version=1, offer="Elke dag")
    with pytest.raises(Stale):
        challenges.change(initiative=initiative, by=team, version=1, offer="Nooit")
    with pytest.raises(PermissionDenied):
        challenges.change(initiative=initiative, by=UserFactory(), version=2, offer="Nooit")
    page = reverse("initiatives:challenge_edit", args=[initiative.municipality.slug, initiative.slug])
    shown = client_of(team).get(page)
    assert "Elke dag" in shown.content.decode()
    desk.take_up(initiative=initiative, by=civil_servant(initiative.municipality))
    with pytest.raises(WrongMoment):
        challenges.change(initiative=initiative, by=team, version=None, offer="Nooit")
    assert Challenge.objects.get().offer == "Elke dag"


def test_now_and_offer_stand_side_by_side_with_the_difference() -> None:
    initiative = challenged()
    page = Client().get(initiative.get_absolute_url()).content.decode().replace("\xa0", " ")
    assert "table--stack" in page
    assert "€ 100" in page
    assert "€ 125" in page
    assert queries.difference(initiative.challenge).replace("\xa0", " ").startswith("Het aanbod kost € 25 meer")


def test_an_administrator_sets_what_is_asked_and_a_colleague_does_not_overwrite_it() -> None:
    here = MunicipalityFactory()
    boss = client_of(administrator(here))
    address = reverse("initiatives:requirements", args=[here.slug])
    asked = queries.requirements_of(here).lines
    typed = {"version": "1"} | {f"text_{n}": line["text"] for n, line in enumerate(asked)}
    typed |= {"text_0": "", "text_11": "Er is een klankbordgroep", "required_11": "on"}
    assert boss.get(address).status_code == 200
    assert boss.post(address, typed).status_code == 302
    saved = ChallengeSettings.objects.get(municipality=here).requirements
    assert [line["key"] for line in saved][:2] == ["task", "plan"]
    assert saved[-1] == {"key": "er-is-een-klankbordgroep", "text": "Er is een klankbordgroep", "required": True}
    assert boss.post(address, typed).status_code == 422
    assert "klankbordgroep" in Client().get(reverse("initiatives:challenge_start", args=[here.slug])).content.decode()
    with pytest.raises(ValidationError):
        challenges.set_requirements(
            municipality=here,
            by=administrator(here),
            requirements=[{"text": "Twee keer"}, {"text": "Twee keer"}],
        )
    with pytest.raises(PermissionDenied):
        challenges.set_requirements(municipality=here, by=civil_servant(here), requirements=[])


def test_the_checklist_keeps_the_text_of_then() -> None:
    initiative = challenged()
    here, by = initiative.municipality, civil_servant(initiative.municipality)
    address = reverse("initiatives:assess", args=[here.slug, initiative.slug])
    ByLaw.objects.update_or_create(municipality=here, defaults={"support_threshold": 25})
    client = client_of(by)
    assert "25" in client.get(address).content.decode()
    unseen = {f"verdict_{n}": "open" for n in range(11)}
    typed = unseen | {"version": initiative.version, "verdict_0": "unmet", "note_0": SECRET, "verdict_1": "met"}
    assert client.post(address, typed).status_code == 302
    assert client.post(address, typed | {"verdict_0": "met"}).status_code == 422  # somebody saved in between
    checks = {check.key: check for check in initiative.challenge.checks.all()}
    assert {key: check.verdict for key, check in checks.items()} == {"contact": "unmet", "task": "met"}
    old = checks["contact"].text
    challenges.set_requirements(municipality=here, by=administrator(here), requirements=[{"text": "Iets anders"}])
    rows = queries.checklist(initiative, initiative.challenge)
    assert [row.text for row in rows] == ["Iets anders", old, checks["task"].text]
    case = client.get(reverse("initiatives:case", args=[here.slug, initiative.slug])).content.decode()
    assert old in client.get(address).content.decode()
    assert "Iets anders" not in case


def test_the_municipality_tells_what_the_task_costs_now_until_it_decides() -> None:
    initiative = challenged()
    here = initiative.municipality
    client = client_of(civil_servant(here))
    address = reverse("initiatives:challenge_costs", args=[here.slug, initiative.slug])
    assert client.post(address, {"version": initiative.version, "cost_cents": "12.345"}).status_code == 302
    assert client.post(address, {"version": initiative.version, "cost_cents": "1"}).status_code == 422
    page = Client().get(initiative.get_absolute_url()).content.decode().replace("\xa0", " ")
    assert "€ 12.345" in page
    assert "De gemeente heeft verteld wat de taak nu kost." in page
    over = challenged(InitiativeState.AGREED)
    with pytest.raises(WrongMoment):
        challenges.tell_costs(initiative=over, by=civil_servant(over.municipality), cost_cents=1)


def test_after_the_decision_the_assessment_stays_as_it_is() -> None:
    initiative = challenged(InitiativeState.REFUSED)
    by = civil_servant(initiative.municipality)
    with pytest.raises(WrongMoment):
        challenges.assess(initiative=initiative, by=by, verdicts={"task": ("met", "")})
    with pytest.raises(PermissionDenied):
        challenges.assess(initiative=initiative, by=UserFactory(), verdicts={})


def test_what_is_found_never_leaves_the_town_hall() -> None:
    initiative = challenged()
    here, by = initiative.municipality, civil_servant(initiative.municipality)
    challenges.assess(initiative=initiative, by=by, verdicts={"task": ("unmet", SECRET)})
    team = initiative.team.get().user
    council = RoleFactory(municipality=here, kind="council_member").user
    public = [
        initiative.get_absolute_url(),
        *(reverse(f"initiatives:{n}", args=[here.slug]) for n in ("register", "register_csv")),
    ]
    inside = [reverse(f"initiatives:{name}", args=[here.slug, initiative.slug]) for name in ("assess", "case")]
    for user in (None, UserFactory(), team, council, civil_servant(MunicipalityFactory())):
        client = client_of(user) if user else Client()
        for address in public:
            assert SECRET not in client.get(address).content.decode(), (user, address)
        for address in inside:
            answer = client.get(address)
            assert answer.status_code in (302, 403, 404), (user, address)
            assert SECRET not in answer.content.decode()
    assert SECRET not in str(list(Message.objects.values_list("context", flat=True)))
    assert SECRET in client_of(by).get(inside[0]).content.decode()


def decided(initiative: Initiative, reasons: str) -> Decision:
    today = clock.today()
    return Decision.objects.create(
        initiative=initiative,
        outcome="agreed",
        body="college",
        decided_on=today,
        notified_on=today,
        reasons=reasons,
        objection_until=today + timedelta(days=42),
    )


def agreed(initiative: Initiative, *, signed: bool) -> Agreement:
    today = clock.today()
    return Agreement.objects.create(
        initiative=initiative,
        subject="Maaien",
        budget_cents=777_700,
        starts_on=today,
        ends_on=today + timedelta(days=365),
        if_not_kept="Praten",
        ending="Opzeggen",
        signed_on=today if signed else None,
    )


def test_the_register_tells_of_every_challenge_what_is_public_and_nothing_more() -> None:
    here = MunicipalityFactory()
    done, running = challenged(InitiativeState.EVALUATED, here), challenged(InitiativeState.IN_EXECUTION, here)
    draft, elsewhere = challenged(InitiativeState.DRAFT, here, title="Nog niet"), challenged(title="Elders")
    plain = initiatives.submitted(here, title="Geen uitdaging")
    decided(done, "Het park wordt er beter van")
    agreed(done, signed=True)
    agreed(running, signed=False)
    for initiative, text in ((done, "Rozen overal"), (running, "Nog niet openbaar")):
        Evaluation.objects.create(initiative=initiative, results=text, satisfaction=4)
    address = reverse("initiatives:register", args=[here.slug])
    page = Client().get(address).content.decode().replace("\xa0", " ")
    for text in (done.title, running.title, "Het park wordt er beter van", "€ 7.777", "Rozen overal"):
        assert text in page
    for text in (draft.title, elsewhere.title, plain.title, "Nog niet openbaar"):
        assert text not in page
    assert page.count("€ 7.777") == 1
    finished = Client().get(address, {"stand": "klaar"}).content.decode()
    assert done.title in finished
    assert running.title not in finished
    table = Client().get(reverse("initiatives:register_csv", args=[here.slug])).content.decode("utf-8-sig").splitlines()
    assert len(table) == 3
    assert any(done.title in line and "7777" in line and "Rozen overal" in line for line in table)


def test_the_register_asks_as_much_of_the_database_for_three_as_for_one() -> None:
    here = MunicipalityFactory()
    address = reverse("initiatives:register", args=[here.slug])
    used = []
    for _more in (1, 2):
        for _n in range(_more):
            agreed(row := challenged(InitiativeState.EVALUATED, here), signed=True)
            decided(row, "Ja")
            Evaluation.objects.create(initiative=row, results="Goed", satisfaction=4)
        Client().get(address)  # what is kept for a while is kept now
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert Client().get(address).status_code == 200
        used.append(len(asked))
    assert used[0] == used[1]


@pytest.mark.parametrize(
    ("name", "own", "who"),
    [
        ("register", False, {"nobody", "resident", "team", "council", "staff", "boss", "other"}),
        ("register_csv", False, {"nobody", "resident", "team", "council", "staff", "boss", "other"}),
        ("challenge_start", False, {"nobody", "resident", "team", "council", "staff", "boss", "other"}),
        ("requirements", False, {"boss"}),
        ("assess", True, {"staff", "boss"}),
        ("challenge_costs", True, {"staff", "boss"}),
        ("challenge_edit", True, {"team"}),
    ],
)
def test_who_may_open_what(name: str, own: bool, who: set[str]) -> None:
    initiative = challenged(InitiativeState.SUBMITTED)
    here = initiative.municipality
    people = {
        "nobody": None,
        "resident": UserFactory(),
        "team": initiative.team.get().user,
        "council": RoleFactory(municipality=here, kind="council_member").user,
        "staff": civil_servant(here),
        "boss": administrator(here),
        "other": administrator(MunicipalityFactory()),
    }
    address = reverse(f"initiatives:{name}", args=[here.slug, *([initiative.slug] if own else [])])
    opened = {
        person
        for person, user in people.items()
        if (client_of(user) if user else Client()).get(address).status_code == 200
    }
    assert opened == who
