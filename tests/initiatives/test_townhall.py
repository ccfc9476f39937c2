"""Inside the town hall: views, risks, knots, values, and that nothing of it leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.municipalities.models import Municipality, Sector
from foundation.notifications.models import Message
from initiatives.enums import InitiativeState
from initiatives.errors import InitiativeError, Stale
from initiatives.models import AddedValue, Escalation, Initiative, Risk, SectorView
from initiatives.queries import townhall as queries
from initiatives.queries import value as value_queries
from initiatives.services import townhall, value
from tests.factories import initiatives
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import (
    MunicipalityFactory,
    RoleFactory,
    SectorFactory,
    administrator,
    civil_servant,
)

pytestmark = pytest.mark.django_db
SECRET = "Geheim-Binnen-7391"


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def of_sector(sector: Sector) -> User:
    return RoleFactory(municipality=sector.municipality, sector=sector).user


def asked(initiative: Initiative, sector: Sector | None = None, **fields: Any) -> SectorView:
    sector = sector or SectorFactory(municipality=initiative.municipality)
    by = civil_servant(initiative.municipality)
    (view,) = townhall.ask_sectors(
        initiative=initiative, sectors=[sector], answer_by=clock.today() + timedelta(days=7), by=by, **fields
    )
    return view


def test_asking_tells_the_people_of_the_sector_once() -> None:
    initiative = initiatives.submitted()
    sector = SectorFactory(municipality=initiative.municipality)
    colleague = of_sector(sector)
    view = asked(initiative, sector)
    assert Message.objects.get(kind="initiatives.sector_asked").recipient == colleague
    again = townhall.ask_sectors(
        initiative=initiative, sectors=[sector], answer_by=view.answer_by, by=civil_servant(initiative.municipality)
    )
    assert again == []
    assert SectorView.objects.count() == 1


def test_an_objection_needs_the_condition_under_which_it_falls() -> None:
    view = asked(initiatives.submitted())
    colleague = of_sector(view.sector)
    with pytest.raises(ValidationError):
        townhall.answer(view=view, stance="objection", text="Nee.", by=colleague)
    with pytest.raises(IntegrityError, match="objection_names_its_condition"), transaction.atomic():
        SectorView.objects.filter(pk=view.pk).update(stance="objection", answered_on=clock.today())
    townhall.answer(view=view, stance="objection", condition="Als de leiding verlegd wordt.", by=colleague)
    view.refresh_from_db()
    assert (view.stance, view.answered_by) == ("objection", colleague)


def test_only_people_of_the_sector_and_administrators_speak_for_it() -> None:
    view = asked(initiatives.submitted())
    here = view.initiative.municipality
    for user in (civil_servant(here), of_sector(SectorFactory(municipality=here)), UserFactory()):
        with pytest.raises(PermissionDenied):
            townhall.answer(view=view, stance="support", by=user)
    townhall.answer(view=view, stance="support", by=administrator(here))


def test_of_two_colleagues_who_answer_at_once_the_second_is_told() -> None:
    view = asked(initiatives.submitted())
    first, second = of_sector(view.sector), of_sector(view.sector)
    townhall.answer(view=view, stance="support", by=first, version=1)
    with pytest.raises(Stale):
        townhall.answer(view=view, stance="objection", condition="Anders.", by=second, version=1)
    view.refresh_from_db()
    assert view.stance == "support"


def test_a_risk_always_has_somebody_who_carries_it() -> None:
    initiative = initiatives.submitted()
    by = civil_servant(initiative.municipality)
    fields: dict[str, Any] = {"initiative": initiative, "title": "Schade", "likelihood": 2, "impact": 4, "by": by}
    with pytest.raises(InitiativeError):
        townhall.save_risk(owners=[], **fields)
    with pytest.raises(InitiativeError):
        townhall.save_risk(owners=[SectorFactory()], **fields)
    sectors = [SectorFactory(municipality=initiative.municipality) for _n in range(2)]
    with pytest.raises(ValidationError):
        townhall.save_risk(owners=sectors, **fields | {"impact": 6})
    with pytest.raises(ValidationError):
        townhall.save_risk(owners=sectors, state="covered", **fields)
    risk = townhall.save_risk(owners=sectors, **fields)
    assert risk.weight == 8
    with pytest.raises(Stale):
        townhall.save_risk(owners=sectors, risk=risk, version=9, **fields)
    assert Risk.objects.get().owners.count() == 2


def test_one_step_up_reaches_the_alderman_who_alone_answers_once() -> None:
    initiative = initiatives.submitted()
    here = initiative.municipality
    asker = civil_servant(here)
    alderman = RoleFactory(municipality=here, kind="alderman").user
    with pytest.raises(InitiativeError):
        townhall.escalate(initiative=initiative, to="alderman", recipient=asker, question="Wat nu?", by=asker)
    knot = townhall.escalate(
        initiative=initiative, to="alderman", recipient=alderman, question="Wie betaalt?", by=asker
    )
    assert Message.objects.get(kind="initiatives.escalated").recipient == alderman
    with pytest.raises(PermissionDenied):
        townhall.answer_escalation(escalation=knot, answer="Ik.", by=asker)
    townhall.answer_escalation(escalation=knot, answer="Wij.", by=alderman)
    with pytest.raises(InitiativeError):
        townhall.answer_escalation(escalation=knot, answer="Toch niet.", by=alderman)
    assert Message.objects.get(kind="initiatives.escalation_answered").recipient == asker


def test_the_sum_counts_and_names_who_carries_a_risk_alone() -> None:
    initiative = initiatives.submitted()
    by = administrator(initiative.municipality)
    views = [asked(initiative) for _n in range(4)]
    townhall.answer(view=views[0], stance="support", by=by)
    townhall.answer(view=views[1], stance="condition", condition="Hek erom.", by=by)
    townhall.answer(view=views[2], stance="objection", condition="Eerst saneren.", by=by)
    townhall.save_risk(initiative=initiative, title="Bodem", likelihood=5, impact=5, owners=[views[2].sector], by=by)
    value.score(
        initiative=initiative,
        value="community",
        sector=views[0].sector,
        score=2,
        reasoning="Ontmoeten.",
        by=by,
        cents_per_year=250_000,
    )
    hall = queries.town_hall(initiative, by, clock.today())
    assert hall.sums == {"support": 1, "condition": 1, "objection": 1, "open": 1}
    assert [view.condition for view in hall.conditions] == ["Hek erom.", "Eerst saneren."]
    assert [risk.title for risk in hall.alone] == ["Bodem"]
    assert {p.sector_id if hasattr(p, "sector_id") else p.sector.pk: p.cents for p in hall.portfolios}[
        views[0].sector_id
    ] == 250_000


def test_reminders_go_out_once_before_and_once_after_the_day() -> None:
    initiative = initiatives.submitted()
    sector = SectorFactory(municipality=initiative.municipality)
    of_sector(sector)
    view = asked(initiative, sector)
    told = [townhall.remind(today=view.answer_by + timedelta(days=n)) for n in (-5, -2, -1, 0, 1, 2, 20)]
    assert told == [0, 1, 0, 0, 1, 0, 0]
    townhall.answer(view=view, stance="support", by=of_sector(sector))
    assert townhall.remind(today=view.answer_by + timedelta(days=3)) == 0


def test_scores_replace_each_other_and_add_up_over_the_municipality() -> None:
    initiative = initiatives.submitted()
    here = initiative.municipality
    by = civil_servant(here)
    sector = SectorFactory(municipality=here)
    for points, cents in ((1, 100_00), (2, 300_00)):
        value.score(
            initiative=initiative,
            value="economy",
            sector=sector,
            score=points,
            reasoning="Banen.",
            by=by,
            cents_per_year=cents,
        )
    value.score(
        initiative=initiative,
        value="economy",
        sector=None,
        score=-1,
        reasoning="Kost tijd.",
        by=by,
        cents_per_year=-50_00,
    )
    value.score(
        initiative=initiatives.submitted(here), value="economy", sector=None, score=0, reasoning="Gelijk.", by=by
    )
    assert AddedValue.objects.filter(initiative=initiative).count() == 2
    total = next(t for t in value_queries.totals(here).values if t.initiatives)
    assert (total.initiatives, total.mean, total.euros) == (2, "+0,3", "€\u00a0250")
    for points, why in ((3, "Te veel."), (1, "  ")):
        with pytest.raises(ValidationError):
            value.score(initiative=initiative, value="community", sector=None, score=points, reasoning=why, by=by)
    with pytest.raises(InitiativeError):
        value.score(
            initiative=initiative, value="community", sector=SectorFactory(), score=1, reasoning="Elders.", by=by
        )


def filled(initiative: Initiative) -> dict[str, Any]:
    """A town hall in which every text is the secret."""
    by = administrator(initiative.municipality)
    view = asked(initiative, question=SECRET)
    townhall.answer(view=view, stance="objection", text=SECRET, condition=SECRET, benefit=SECRET, risk=SECRET, by=by)
    risk = townhall.save_risk(
        initiative=initiative, title=SECRET, likelihood=1, impact=1, measure=SECRET, owners=[view.sector], by=by
    )
    knot = townhall.escalate(
        initiative=initiative,
        to="alderman",
        recipient=RoleFactory(municipality=initiative.municipality, kind="alderman").user,
        question=SECRET,
        by=by,
    )
    townhall.answer_escalation(escalation=knot, answer=SECRET, by=knot.recipient)
    townhall.add_note(initiative=initiative, text=SECRET, by=by)
    score = value.score(initiative=initiative, value="economy", sector=None, score=1, reasoning=SECRET, by=by)
    return {"view": view, "risk": risk, "knot": knot, "score": score, "by": by}


def addresses(here: Municipality, initiative: Initiative, made: dict[str, Any]) -> dict[str, str]:
    def url(name: str, *args: Any) -> str:
        return reverse(f"initiatives:{name}", args=[here.slug, initiative.slug, *args])

    return {
        "town_hall": url("town_hall"),
        "sector_ask": url("sector_ask"),
        "sector_view": url("sector_view", made["view"].pk),
        "risk_new": url("risk_new"),
        "risk": url("risk", made["risk"].pk),
        "escalate": url("escalate"),
        "escalation": url("escalation", made["knot"].pk),
        "score": url("score"),
        "case": url("case"),
    }


def test_nothing_of_it_leaves_the_town_hall() -> None:
    initiative = initiatives.in_state(InitiativeState.IN_ASSESSMENT)
    here = initiative.municipality
    made = filled(initiative)
    team = initiative.team.get().user
    council = RoleFactory(municipality=here, kind="council_member").user
    strangers = [None, UserFactory(), team, council, civil_servant(MunicipalityFactory())]
    public = [
        initiative.get_absolute_url(),
        reverse("initiatives:index", args=[here.slug]),
        reverse("portal:search", args=[here.slug]) + f"?q={SECRET}",
        reverse("portal:home", args=[here.slug]),
    ]
    for user in strangers:
        client = client_of(user) if user else Client()
        for address in public:
            text = client.get(address).content.decode()
            # What was typed in the search box comes back in the box, the heading and the language switch; nothing else.
            for echo in (f"q={SECRET}", f"q%3D{SECRET}", f'value="{SECRET}"', f"“{SECRET}”"):
                text = text.replace(echo, "")
            assert SECRET not in text, (user, address)
        for name, address in addresses(here, initiative, made).items():
            answer = client.get(address)
            assert answer.status_code in (302, 403, 404), (user, name)
            assert SECRET not in answer.content.decode()
    # Residents do see which desk has it.
    assert made["view"].sector.name in Client().get(initiative.get_absolute_url()).content.decode()
    # Exports, messages and the audit trail hold nothing of what was said either.
    staff = client_of(civil_servant(here))
    for name in ("work_csv", "work_xlsx"):
        assert SECRET.encode() not in staff.get(reverse(f"initiatives:{name}", args=[here.slug])).content
    assert SECRET not in str(list(Message.objects.values_list("context", flat=True)))


def test_staff_sees_it_and_an_alderman_reads_along() -> None:
    initiative = initiatives.in_state(InitiativeState.IN_ASSESSMENT)
    here = initiative.municipality
    made = filled(initiative)
    page = reverse("initiatives:town_hall", args=[here.slug, initiative.slug])
    for user in (civil_servant(here), made["by"], made["knot"].recipient):
        assert SECRET in client_of(user).get(page).content.decode()
    alderman = client_of(made["knot"].recipient)
    for name in ("risk_new", "escalate", "score", "sector_ask"):
        assert alderman.get(reverse(f"initiatives:{name}", args=[here.slug, initiative.slug])).status_code == 403


def test_the_pages_do_what_the_services_do() -> None:
    initiative = initiatives.submitted()
    here = initiative.municipality
    boss = administrator(here)
    alderman = RoleFactory(municipality=here, kind="alderman").user
    sector = SectorFactory(municipality=here)
    client = client_of(boss)

    def post(name: str, data: dict[str, Any], *args: Any, who: Client = client) -> int:
        return who.post(reverse(f"initiatives:{name}", args=[here.slug, initiative.slug, *args]), data).status_code

    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    assert post("sector_ask", {"sectors": [sector.pk], "answer_by": "2020-01-01"}) == 422
    assert post("sector_ask", {"sectors": [sector.pk], "answer_by": tomorrow}) == 302
    view = SectorView.objects.get()
    assert post("sector_view", {"version": 1, "stance": "objection"}, view.pk) == 422
    assert post("sector_view", {"version": 1, "stance": "condition", "condition": "Hek."}, view.pk) == 302
    risk = {"title": "Water", "likelihood": 2, "impact": 3, "owners": [sector.pk], "state": "open"}
    assert post("risk_new", risk | {"impact": 9}) == 422
    assert post("risk_new", risk) == 302
    made = Risk.objects.get()
    assert post("risk", risk | {"title": "Brand", "version": 1}, made.pk) == 302
    assert post("risk", risk | {"title": "Storm", "version": 1}, made.pk) == 422
    assert Risk.objects.get().title == "Brand"
    assert post("escalate", {"person": f"alderman-{alderman.pk}", "question": "Wie betaalt?"}) == 302
    knot = Escalation.objects.get()
    assert post("escalation", {"answer": "Ik."}, knot.pk) == 404
    assert post("escalation", {"answer": "Ik."}, knot.pk, who=client_of(alderman)) == 302
    assert post("note", {"text": ""}) == 422
    assert post("note", {"text": "Bellen met de buurt."}) == 302
    score = {
        "value": "economy",
        "sector": "",
        "score": "-1",
        "reasoning": "Kosten.",
        "cents_per_year": "1.000",
        "costs": "on",
    }
    assert post("score", score) == 302
    assert AddedValue.objects.get().cents_per_year == -100_000
    assert post("unscore", {}, AddedValue.objects.get().pk) == 302
    assert not AddedValue.objects.exists()
    text = client.get(reverse("initiatives:town_hall", args=[here.slug, initiative.slug])).content.decode()
    assert all(word in text for word in ("Hek.", "Brand", "Wie betaalt?", "Bellen met de buurt."))


def test_more_views_and_risks_cost_no_more_queries() -> None:
    initiative = initiatives.submitted()
    here = initiative.municipality
    boss = administrator(here)
    client = client_of(boss)
    page = reverse("initiatives:town_hall", args=[here.slug, initiative.slug])
    numbers = []
    for rows in (1, 3):
        for _n in range(rows):
            view = asked(initiative)
            townhall.answer(view=view, stance="support", by=boss)
            townhall.save_risk(initiative=initiative, title="X", likelihood=1, impact=1, owners=[view.sector], by=boss)
            value.score(initiative=initiative, value="economy", sector=view.sector, score=1, reasoning="Y.", by=boss)
            townhall.add_note(initiative=initiative, text="Z.", by=boss)
        client.get(page)
        with CaptureQueriesContext(connection) as queries_made:
            client.get(page)
        numbers.append(len(queries_made))
    assert numbers[0] == numbers[1]


def test_who_was_second_sees_the_other_view_and_saves_again_without_reloading() -> None:
    initiative = initiatives.submitted()
    sector = SectorFactory(municipality=initiative.municipality)
    view = asked(initiative, sector)
    townhall.answer(view=view, stance="support", text="Past in ons plan.", by=of_sector(sector), version=1)
    client = client_of(of_sector(sector))
    url = reverse("initiatives:sector_view", args=[initiative.municipality.slug, initiative.slug, view.pk])
    typed = {"version": 1, "stance": "condition", "text": "Alleen met hek.", "condition": "Een hek."}
    page = client.post(url, typed)
    assert page.status_code == 422
    view.refresh_from_db()
    assert (view.stance, view.text) == ("support", "Past in ons plan."), "nothing is overwritten in silence"
    told = {item["label"]: item["text"] for item in page.context["theirs"]}
    assert "Past in ons plan." in told.values()
    assert "Past in ons plan." in page.content.decode()
    assert page.context["form"]["text"].value() == "Alleen met hek."
    again = {**typed, "version": page.context["form"]["version"].value()}
    assert client.post(url, again).status_code == 302
    view.refresh_from_db()
    assert (view.stance, view.version) == ("condition", 3)


def test_a_risk_that_a_colleague_changed_is_shown_before_it_is_replaced() -> None:
    initiative = initiatives.submitted()
    sector = SectorFactory(municipality=initiative.municipality, name="Groen")
    by = civil_servant(initiative.municipality)
    fields: dict[str, Any] = {"initiative": initiative, "by": by, "likelihood": 2, "impact": 3}
    risk = townhall.save_risk(title="Water", owners=[sector], **fields)
    townhall.save_risk(title="Brand", owners=[sector], risk=risk, version=1, **fields)
    other = SectorFactory(municipality=initiative.municipality)
    url = reverse("initiatives:risk", args=[initiative.municipality.slug, initiative.slug, risk.pk])
    typed = {"title": "Storm", "likelihood": 2, "impact": 3, "owners": [other.pk], "state": "open", "version": 1}
    page = client_of(by).post(url, typed)
    assert [item["text"] for item in page.context["theirs"]] == ["Brand", "Groen"]
    assert client_of(by).post(url, {**typed, "version": page.context["form"]["version"].value()}).status_code == 302
    assert Risk.objects.get().title == "Storm"


def test_each_portfolio_sees_what_it_gains_of_one_plan_and_of_all() -> None:
    initiative = initiatives.submitted()
    here = initiative.municipality
    by = administrator(here)
    green, care = SectorFactory(municipality=here, name="Groen"), SectorFactory(municipality=here, name="Zorg")
    fields: dict[str, Any] = {"initiative": initiative, "reasoning": "Omdat.", "by": by}
    value.score(value="community", sector=green, score=2, cents_per_year=120_000, **fields)
    value.score(value="economy", sector=green, score=-1, cents_per_year=-20_000, **fields)
    value.score(value="community", sector=care, score=0, **fields)
    value.score(value="sustainability", sector=None, score=1, **fields)
    other = {**fields, "initiative": initiatives.submitted(here)}
    value.score(value="community", sector=green, score=1, **other)
    found = value_queries.portfolios(value_queries.lines(initiative))
    assert [row.name for row in found] == ["Groen", "Zorg", "De gemeente als geheel"]
    assert [score for _label, score in found[0].cells] == ["+2,0", "–", "−1,0", "–", "–"]
    assert [row.euros for row in found] == ["€\u00a01.000", "–", "–"]
    assert found[0].chart.svg.count("chart-bar ") == 2, "a bar for each value that was scored, none for the others"
    everything = value_queries.totals(here).portfolios
    assert [score for _label, score in everything[0].cells] == ["+1,5", "–", "−1,0", "–", "–"]
    client = client_of(by)
    for name, args in (("town_hall", [here.slug, initiative.slug]), ("values", [here.slug])):
        page = client.get(reverse(f"initiatives:{name}", args=args)).content.decode()
        assert "Per portefeuille" in page
        assert "€\u00a01.000" in page
