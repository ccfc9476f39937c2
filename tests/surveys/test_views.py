"""Pages of surveys: who may, what they say, and that they cost the same queries for one and for many."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.core import clock
from foundation.surveys import hosts
from foundation.surveys.addresses import address
from foundation.surveys.models import Invitation, OpenAnswer, SealedSheet, Sheet, Survey
from foundation.surveys.queries.cards import card
from foundation.surveys.services import questionnaires, surveys
from tests.factories import surveys as make
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import (
    MunicipalityFactory,
    RoleFactory,
    administrator,
    civil_servant,
    installation_manager,
)

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def _one_factor(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


def browser(user: Any = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, BACKEND)
    return client


def counted_survey(municipality: Any = None, **fields: Any) -> Survey:
    survey = make.opened(municipality, **fields)
    for n in range(6):
        make.answer(survey, scale=n + 3, single="Ja", number=str(n), open=f"Antwoord {n}")
    return make.counted(survey)


SEEING = ("staff_index", "staff_detail", "results", "benchmark", "export")
MANAGING = ("new", "library", "edit", "cancel", "invite", "reminders", "builder", "question_new", "preview")


def pages_of(survey: Survey) -> dict[str, str]:
    here, sheet = survey.municipality, survey.version.questionnaire_id
    found = {
        name: survey.address(name)
        for name in ("staff_detail", "results", "benchmark", "edit", "cancel", "invite", "reminders")
    }
    found |= {name: address(here, name) for name in ("staff_index", "new", "library")}
    found |= {name: address(here, name, sheet) for name in ("builder", "question_new", "preview")}
    return found | {"export": survey.address("export", "csv")}


def test_who_may_open_which_page_of_the_back_office() -> None:
    survey = counted_survey()
    here = survey.municipality
    people = {
        "visitor": (None, 302, 302),
        "resident": (UserFactory(), 404, 404),
        "elsewhere": (civil_servant(MunicipalityFactory()), 404, 404),
        "civil servant": (civil_servant(here), 200, 200),
        "administrator": (administrator(here), 200, 200),
        "council member": (RoleFactory(municipality=here, kind="council_member").user, 403, 403),
        "ambassador": (_ambassador(here), 200, 403),
    }
    urls = pages_of(survey)
    assert set(urls) == {*SEEING, *MANAGING}
    for who, (user, sees, manages) in people.items():
        client = browser(user)
        told = {name: client.get(url).status_code for name, url in urls.items()}
        assert told == {name: sees if name in SEEING else manages for name in urls}, who


def test_the_form_of_a_new_survey_explains_its_choices_in_dutch() -> None:
    here = MunicipalityFactory()
    page = browser(civil_servant(here)).get(address(here, "new")).content.decode()
    assert "zij krijgen een persoonlijke link" in page
    assert "they get a personal link" not in page


def _ambassador(municipality: Any) -> Any:
    from tests.factories.municipalities import SectorFactory

    sector = SectorFactory(municipality=municipality)
    return RoleFactory(municipality=municipality, kind="ambassador", sector=sector).user


def test_a_survey_above_municipalities_is_for_the_installation_and_its_host() -> None:
    chief, lead = installation_manager(), UserFactory()
    hosts._hosts.pop("test.programme", None)
    hosts.register("test.programme", hosts.Host(may_manage=lambda user, survey: user.pk == lead.pk))
    survey = surveys.open_survey(
        questionnaire=make.questionnaire(chief, None),
        title="Meting",
        by=lead,
        audiences=["members"],
        host="test.programme",
        allowed=True,
    )
    url = survey.address("staff_detail")
    assert url.startswith("/vragenlijsten/beheer/")
    asked = {
        "chief": chief,
        "lead": lead,
        "stranger": UserFactory(),
        "civil servant": civil_servant(MunicipalityFactory()),
    }
    assert {who: browser(user).get(url).status_code for who, user in asked.items()} == {
        "chief": 200,
        "lead": 200,
        "stranger": 404,
        "civil servant": 404,
    }
    assert browser(lead).get(address(None, "library")).status_code == 404


def test_other_municipalities_do_not_have_this_survey() -> None:
    survey, other = make.opened(), MunicipalityFactory()
    path = survey.get_absolute_url().replace(survey.municipality.slug, other.slug)
    assert browser().get(path).status_code == 404
    assert (
        browser(civil_servant(other))
        .get(survey.address("staff_detail").replace(survey.municipality.slug, other.slug))
        .status_code
        == 404
    )


def test_a_resident_answers_two_pages_loses_nothing_and_is_thanked() -> None:
    survey = make.opened(thanks="Wij **lezen** alles.")
    keys = {one.kind: f"v_{one.key}" for one in survey.version.questions.all()}
    client = browser()
    assert "Begin met invullen" in client.get(survey.get_absolute_url()).content.decode()
    assert not client.cookies, "reading sets no cookie"
    one, two = survey.address("fill", 1), survey.address("fill", 2)
    wrong = client.post(one, {"doe": "verder"})
    assert wrong.status_code == 422
    assert "Geef antwoord op deze vraag." in wrong.content.decode()
    assert client.post(one, {keys["scale"]: "8", "doe": "verder"}).headers["Location"] == two
    bad = client.post(two, {keys["number"]: "veel", keys["open"]: "Blijft staan", "doe": "verder"})
    assert bad.status_code == 422
    assert "Blijft staan" in bad.content.decode()
    assert "Blijft staan" in client.get(two).content.decode(), "also after a new visit"
    done = client.post(two, {keys["number"]: "3,5", keys["open"]: "Blijft staan", "doe": "verder"}, follow=True)
    assert "<strong>lezen</strong>" in done.content.decode()
    assert SealedSheet.objects.filter(survey=survey).count() == 1
    # The same form once more: nothing is counted twice.
    client.post(two, {keys["number"]: "3,5", "doe": "verder"})
    assert SealedSheet.objects.filter(survey=survey).count() == 1


def test_saved_answers_are_found_by_the_link_on_another_device() -> None:
    survey = make.opened(audiences=["participants"])
    invitation = make.invited(survey)
    keys = {one.kind: f"v_{one.key}" for one in survey.version.questions.all()}
    client, other = browser(), browser()
    two = survey.address("personal_fill", invitation.token, 2)
    page = client.post(two, {keys["open"]: "Half af", "doe": "bewaar"}, follow=True).content.decode()
    link = page.split('href="http://testserver')[1].split('"')[0].replace("&amp;", "&")
    assert "Half af" not in other.get(two).content.decode()
    assert "Half af" in other.get(link, follow=True).content.decode()
    assert "Half af" not in browser().get(f"{two}?verder=verzonnen", follow=True).content.decode()


def test_what_is_missing_on_an_earlier_page_is_shown_there() -> None:
    survey = make.opened()
    client = browser()
    answer = client.post(survey.address("fill", 2), {"doe": "verder"}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{survey.address('fill', 1)}?controleer=ja"
    assert "Geef antwoord op deze vraag." in answer.content.decode()


def test_programs_fall_into_the_trap_and_the_hurried_wait(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from foundation.surveys.views import answering

    survey = make.opened()
    key = survey.version.questions.get(kind="scale").key
    client = browser()
    trapped = client.post(
        survey.address("fill", 1), {f"v_{key}": "8", "website": "http://spam.example", "doe": "verder"}
    )
    assert trapped.headers["Location"] == survey.address("thanks")
    assert SealedSheet.objects.count() == 0
    monkeypatch.setattr(answering, "STEPS_PER_HOUR", 2)
    codes = [client.post(survey.address("fill", 1), {"doe": "bewaar"}).status_code for _n in range(3)]
    assert codes[-1] == 429


def test_before_opening_and_after_closing_people_are_told_so() -> None:
    now = clock.now()
    survey = make.opened(opens_at=now + timedelta(days=1), closes_at=now + timedelta(days=2))
    url = survey.get_absolute_url()
    assert "gaat open op" in browser().get(url).content.decode()
    assert browser().get(survey.address("fill", 1)).headers["Location"] == url
    with time_machine.travel(now + timedelta(days=3)):
        assert "Je kunt niet meer antwoorden" in browser().get(url).content.decode()
        assert browser().post(survey.address("fill", 1), {"doe": "verder"}).headers["Location"] == url
    assert browser().get(make.draft().get_absolute_url()).status_code == 404


def test_staff_sees_no_number_below_five_and_no_answer_before_closing() -> None:
    survey = make.opened()
    staff = browser(survey.created_by)
    for n in range(4):
        make.answer(survey, open=f"Woord {n}")
    page = staff.get(survey.address("staff_detail")).content.decode()
    assert "minder dan vijf" in page
    make.answer(survey, open="Woord 5")
    assert "<dd>5</dd>" in staff.get(survey.address("staff_detail")).content.decode()
    early = staff.get(survey.address("results")).content.decode()
    assert "Woord" not in early
    assert staff.get(survey.address("export", "csv")).status_code == 404
    survey = make.counted(survey)
    assert "Woord 2" in staff.get(survey.address("results")).content.decode()


def test_a_hidden_answer_is_gone_from_page_and_file_with_its_reason() -> None:
    survey = counted_survey()
    staff = browser(survey.created_by)
    hidden = OpenAnswer.objects.get(text="Antwoord 3")
    url = survey.address("open_answer", hidden.pk)
    assert staff.post(url, {"reason": "Noemt een naam"}).status_code == 302
    for path in (survey.address("results"), survey.address("export", "csv")):
        text = staff.get(path).content.decode()
        assert "Antwoord 3" not in text
        assert "Noemt een naam" in text
        assert "Antwoord 2" in text
    assert browser(_ambassador(survey.municipality)).get(url).status_code == 403


def test_residents_see_results_only_where_shown_and_never_the_open_answers() -> None:
    quiet, shown = counted_survey(), counted_survey(results_are_public=True)
    assert browser().get(quiet.address("result")).status_code == 404
    text = browser().get(shown.address("result")).content.decode()
    assert "5,5" in text
    assert "Antwoord" not in text.replace("Antwoord</th>", "")


def test_a_survey_with_names_says_so_and_gives_them_to_staff_only() -> None:
    survey = make.opened(audiences=["participants"], is_anonymous=False)
    user = UserFactory(name="Fatima")
    invitation = make.invited(survey, user)
    assert "op naam" in browser().get(survey.address("personal", invitation.token)).content.decode()
    make.answer(survey, invitation, scale=9, single="Nee", open="Van mij")
    survey = make.counted(survey)
    assert Sheet.objects.get().invitation == invitation
    assert "Fatima" in browser(survey.created_by).get(survey.address("named", "csv")).content.decode()
    assert browser(_ambassador(survey.municipality)).get(survey.address("named", "csv")).status_code == 403
    anonymous = counted_survey(survey.municipality)
    assert browser(survey.created_by).get(anonymous.address("named", "csv")).status_code == 404


def test_an_invited_account_is_led_to_the_own_link_and_an_upper_page_to_both() -> None:
    survey = make.opened(audiences=["participants"])
    user = UserFactory()
    invitation = make.invited(survey, user)
    assert browser(user).get(survey.get_absolute_url()).headers["Location"] == survey.address(
        "personal", invitation.token
    )
    shown = card(survey, user, clock.now())
    assert shown is not None
    assert shown.url == survey.address("personal", invitation.token)
    assert card(survey, UserFactory(), clock.now()) is None
    make.answer(survey, invitation)
    assert card(survey, user, clock.now()).url == ""  # type: ignore[union-attr]


def test_the_builder_works_by_buttons() -> None:
    municipality = MunicipalityFactory()
    by = civil_servant(municipality)
    staff = browser(by)
    library = address(municipality, "library")
    made = staff.post(library, {"title": "Eigen vragen"}, follow=True)
    here = made.redirect_chain[-1][0]
    for kind, fields in (
        ("single", {"text": "Eens?", "options": "Ja\nNee"}),
        ("scale", {"text": "Cijfer?", "low": "1", "high": "10"}),
        ("open", {"text": "Waarom?", "is_required": "on"}),
    ):
        assert staff.post(f"{here}vraag/?soort={kind}", {"soort": kind, **fields}).status_code == 302
    wrong = staff.post(f"{here}vraag/?soort=single", {"text": "Eens?", "options": "Ja"})
    assert wrong.status_code == 422
    page = staff.get(here).content.decode()
    key = page.split("omhoog:")[1].split('"')[0]
    staff.post(f"{here}doe/", {"doe": f"omhoog:{key}"})
    page = staff.get(here).content.decode()
    assert page.index("Cijfer?") < page.index("Eens?")
    assert "Waarom?" in staff.get(f"{here}voorbeeld/").content.decode()
    staff.post(f"{here}doe/", {"doe": f"weg:{key}"})
    assert "Cijfer?" not in staff.get(here).content.decode()
    copy = staff.post(f"{here}doe/", {"doe": "kopie"}, follow=True)
    assert "Eigen vragen (kopie)" in copy.content.decode()


def test_a_survey_is_made_from_a_standard_and_published() -> None:
    municipality = MunicipalityFactory()
    staff = browser(civil_servant(municipality))
    fields = {
        "questionnaire": "s-deelnemers",
        "title": "Terugblik",
        "audiences": ["participants"],
        "is_anonymous": "yes",
        "opens_at": "2027-01-10T09:00",
        "closes_at": "2027-02-01T17:00",
    }
    bad = staff.post(address(municipality, "new"), {**fields, "closes_at": "2027-01-01T17:00"})
    assert bad.status_code == 422
    made = staff.post(address(municipality, "new"), fields, follow=True)
    survey = Survey.objects.get(title="Terugblik")
    assert made.redirect_chain[-1][0] == survey.address("staff_detail")
    with time_machine.travel("2027-01-05 12:00+01:00"):
        staff = browser(survey.created_by)
        staff.post(survey.address("invite"), {"audience": "participants", "addresses": "a@example.org, B@example.org"})
        assert set(Invitation.objects.values_list("email", flat=True)) == {"a@example.org", "b@example.org"}
        staff.post(survey.address("step"), {"stap": "publiceren"})
    survey.refresh_from_db()
    assert survey.state == "published"
    assert [row.kind for row in survey.mailings.all()] == ["invitation", "reminder"]


def _queries(client: Client, url: str) -> int:
    client.get(url)  # what is asked once per process
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_lists_cost_the_same_queries_for_one_and_for_three() -> None:
    municipality = MunicipalityFactory()
    by = civil_servant(municipality)
    staff = browser(by)
    first = counted_survey(municipality, by=by, results_are_public=True)
    make.opened(municipality, by=by)
    urls = [address(municipality, name) for name in ("staff_index", "library", "index")]
    urls += [first.address("results"), first.address("benchmark"), first.address("staff_detail")]
    before = [_queries(staff, url) for url in urls]
    for _n in range(2):
        questions = questionnaires.copy(
            questionnaire=first.version.questionnaire, municipality=municipality, title="Kopie", by=by
        )
        counted_survey(municipality, by=by, questions=questions, results_are_public=True)
        make.opened(municipality, by=by)
    assert [_queries(staff, url) for url in urls] == before


def test_an_upper_page_shows_the_call_and_later_the_scores() -> None:
    survey = make.opened(results_are_public=True)
    visitor = AnonymousUser()
    call = render_to_string("surveys/embed.html", {"survey": survey, "card": card(survey, visitor, clock.now())})
    assert f'href="{survey.get_absolute_url()}"' in call
    for grade in (6, 7, 8, 8, 9):
        make.answer(survey, scale=grade)
    survey = make.counted(survey)
    told = render_to_string("surveys/embed.html", {"survey": survey, "card": card(survey, visitor, clock.now())})
    assert "<dd>7,6" in told
    assert survey.address("result") in told
