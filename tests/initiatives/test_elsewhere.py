"""Plans like this one in other municipalities: found, ranked, marked, and nothing that isn't everybody's."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from foundation.municipalities.models import Municipality
from initiatives.enums import InitiativeState
from initiatives.models import Evaluation, Initiative
from initiatives.queries import elsewhere
from tests.factories import initiatives
from tests.factories.municipalities import MunicipalityFactory

pytestmark = pytest.mark.django_db
S = InitiativeState


def _page(municipality: Municipality, client: Client | None = None, **asked: str) -> str:
    answer = (client or Client()).get(reverse("initiatives:elsewhere", args=[municipality.slug]), asked)
    assert answer.status_code == 200
    assert not answer.cookies
    return answer.content.decode()


def test_words_are_found_by_their_stem_best_first_and_marked() -> None:
    here = MunicipalityFactory()
    initiatives.submitted(title="Een feest", story="Er is ook een moestuin bij.", summary="Feest")
    initiatives.submitted(title="Moestuinen voor de buurt", summary="Groente")
    found = elsewhere.hits(elsewhere.search("moestuin")[:10], "moestuin")
    assert [hit.row.title for hit in found] == ["Moestuinen voor de buurt", "Een feest"]
    assert found[0].title == "<mark>Moestuinen</mark> voor de buurt"
    assert "<mark>moestuin</mark>" in found[1].text
    assert "<mark>Moestuinen</mark>" in _page(here, zoek="moestuin")


def test_what_a_resident_typed_never_becomes_html() -> None:
    initiatives.submitted(
        title="Moestuin <img src=x onerror=alert(1)>",
        summary="moestuin \ue000<script>alert(2)</script>\ue001 \ue001 moestuin",
        story="<b onclick=x>moestuin</b> &lt;script&gt;alert(3)&lt;/script&gt;",
    )
    page = _page(MunicipalityFactory(), zoek="moestuin")
    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert "onclick" not in page
    assert "<mark>Moestuin</mark>" in page


def test_drafts_hidden_ones_and_closed_municipalities_are_never_found() -> None:
    here = MunicipalityFactory()
    mine = initiatives.submitted(here, title="Moestuin hier")
    initiatives.draft(title="Moestuin klad")
    hidden = initiatives.submitted(title="Moestuin verborgen")
    shut = initiatives.submitted(MunicipalityFactory(published_at=None), title="Moestuin dicht")
    seen = initiatives.submitted(title="Moestuin daar")
    assert set(elsewhere.like(mine)) == {seen, hidden}
    Initiative.objects.filter(pk=hidden.pk).update(hidden_at=timezone.now())
    assert elsewhere.like(mine) == [seen], "also when the list was kept before it was hidden"
    titles = {row.title for row in elsewhere.search("moestuin")}
    assert titles == {mine.title, seen.title}
    for page in (_page(here, zoek="moestuin"), Client().get(mine.get_absolute_url()).content.decode()):
        assert seen.title.split()[-1] in page
        assert not any(word in page for word in ("klad", "verborgen", shut.title.split()[-1] + "<"))


def test_lessons_and_questions_are_led_to() -> None:
    made = initiatives.in_state(S.EVALUATED, title="Moestuin")
    Evaluation.objects.create(
        initiative=made, results="Veel sla", went_well="Samen werken", went_not="Slakken", satisfaction=4
    )
    early = initiatives.in_state(S.FINISHED, title="Moestuin nog niet")
    Evaluation.objects.create(initiative=early, results="x", went_not="Nog geheim", satisfaction=4)
    page = _page(MunicipalityFactory(), zoek="moestuin")
    assert "Slakken" in page
    assert f"{made.get_absolute_url()}#terugblik" in page
    assert "Nog geheim" not in page
    only = _page(MunicipalityFactory(), zoek="moestuin", lessen="ja")
    assert made.get_absolute_url() in only
    assert early.get_absolute_url() not in only


@pytest.mark.parametrize("title", ["!!!", "a & b | (c", "'; drop table", "de het een", "🌳🌳", "o'clock:*"])
def test_odd_titles_are_no_trouble(title: str) -> None:
    assert isinstance(elsewhere.like(initiatives.submitted(title=title)), list)


@pytest.mark.parametrize("text", ["", "   ", '"', "or or", "-", "!! & |", "x" * 500])
def test_odd_words_are_no_trouble(text: str) -> None:
    _page(MunicipalityFactory(), zoek=text)


def test_as_many_queries_for_three_as_for_one() -> None:
    here = MunicipalityFactory()
    mine = initiatives.submitted(here, title="Moestuin")
    client = Client()
    counted = []
    for number in (1, 3):
        while Initiative.objects.exclude(pk=mine.pk).count() < number:
            initiatives.submitted(title="Moestuin")
        for address in (f"{reverse('initiatives:elsewhere', args=[here.slug])}?zoek=moestuin", mine.get_absolute_url()):
            cache.clear()
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            counted.append(len(asked))
    assert counted[:2] == counted[2:]
