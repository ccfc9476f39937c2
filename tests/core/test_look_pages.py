"""Base pages, navigation, language switch, error pages and the style guide."""

from __future__ import annotations

from types import SimpleNamespace

import django_tables2 as tables
import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from foundation.core import context
from foundation.core.context import NavItem, mark_active


def active(urls: list[str], path: str) -> list[str]:
    return [item.url for item in mark_active([NavItem("x", url) for url in urls], path) if item.active]


@pytest.mark.parametrize(
    "path, expected",
    [
        ("/dordt/stemmen/", ["/dordt/stemmen/"]),
        ("/dordt/stemmen/buurtbudget/", ["/dordt/stemmen/"]),
        ("/dordt/", ["/dordt/"]),
        ("/dordt/iets-anders/", []),
        ("/", []),
    ],
)
def test_the_entry_that_fits_the_page_best_is_marked(path, expected):
    assert active(["/dordt/", "/dordt/stemmen/", "/dordt/buurten/"], path) == expected


def test_entries_without_a_page_are_left_out():
    assert mark_active([NavItem("Later", "")], "/") == []


def test_a_provider_may_give_dictionaries(settings, monkeypatch):
    settings.PUBLIC_NAVIGATION = ["tests.core.test_look_pages.provider"]
    request = RequestFactory().get("/stemmen/")
    nav = context.layout(request)["nav"]
    assert [(item.label, item.active) for item in nav] == [("Stemmingen", True)]


def provider(request):
    return [{"label": "Stemmingen", "url": "/stemmen/", "icon": "checks"}]


def test_a_municipality_sets_name_home_theme_and_own_style_file():
    request = RequestFactory().get("/waterdam/")
    request.municipality = SimpleNamespace(
        name="Waterdam", slug="waterdam", theme="voorbeeld", theme_css=SimpleNamespace(url="/media/t.css"), logo=None
    )
    known = context.layout(request)
    assert (known["site_name"], known["home_url"], known["theme"]) == ("Waterdam", "/waterdam/", "voorbeeld")
    assert known["theme_css_urls"] == ["/media/t.css"]


def test_an_unknown_theme_falls_back_to_ours():
    request = RequestFactory().get("/")
    request.municipality = SimpleNamespace(name="W", slug="w", theme="rood", theme_css=None, logo=None)
    assert context.layout(request)["theme"] == "aanzet"


def test_the_own_style_file_comes_after_the_theme():
    html = render_to_string("components/styles.html", {"theme": "voorbeeld", "theme_css_urls": ["/media/own.css"]})
    order = [html.index(name) for name in ("vendor/voorbeeld", "themes/voorbeeld", "/media/own.css", "layout")]
    assert order == sorted(order)
    assert "themes/aanzet" not in html


def test_the_style_guide_is_only_there_in_the_demo(db, client, settings):
    settings.DEMO = False
    assert client.get("/stijlgids/").status_code == 404
    settings.DEMO = True
    assert client.get("/stijlgids/").status_code == 200
    assert client.get("/stijlgids/ambtenaar/").status_code == 200


def test_the_style_guide_sets_no_cookie_but_for_its_forms_and_has_one_h1(db, client, settings):
    settings.DEMO = True
    html = client.get("/stijlgids/ambtenaar/").content.decode()
    assert html.count("<h1") == 1
    assert not client.cookies
    assert "style=" not in html
    assert "{{" not in html


def test_the_language_switch_stays_on_the_page_and_keeps_the_choice(db, client, settings):
    settings.DEMO = True
    response = client.get("/taal/en/", {"terug": "/stijlgids/ambtenaar/?page=2"})
    assert response.url == "/stijlgids/ambtenaar/?page=2"
    assert '<html lang="en"' in client.get("/stijlgids/ambtenaar/").content.decode()
    client.get("/taal/nl/")
    assert '<html lang="nl"' in client.get("/stijlgids/ambtenaar/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_language_switch_sends_nobody_elsewhere(db, client, elsewhere):
    assert client.get("/taal/en/", {"terug": elsewhere}).url == "/"


def test_an_unknown_language_is_not_found(db, client):
    assert client.get("/taal/xx/").status_code == 404


@pytest.mark.parametrize("name", ["403", "403_csrf", "404", "429", "500", "503"])
def test_error_pages_are_friendly_without_any_context(name):
    html = render_to_string(f"{name}.html")
    assert html.count("<h1") == 1
    assert '<html lang="nl"' in html
    assert "{{" not in html


def test_a_page_that_is_not_there_answers_404_without_a_cookie(db, client):
    response = client.get("/deze/pagina/bestaat/niet/")
    assert response.status_code == 404
    assert not response.cookies


def test_a_403_gives_the_reason(rf):
    from foundation.core.views.errors import forbidden

    request = rf.get("/")
    request.session = {}
    html = forbidden(request, PermissionError("Alleen bewoners stemmen.")).content.decode()
    assert "Alleen bewoners stemmen." in html


@pytest.mark.parametrize("name", ["403", "403_csrf", "404", "429", "500", "503"])
def test_error_pages_can_be_seen_in_the_style_guide(db, client, settings, name):
    settings.DEMO = True
    assert client.get(f"/stijlgids/fout/{name}/").status_code == 200
    settings.DEMO = False
    assert client.get(f"/stijlgids/fout/{name}/").status_code == 404


class BallotTable(tables.Table):
    name = tables.Column(verbose_name="Naam")
    votes = tables.Column(verbose_name="Stemmen", attrs={"th": {"class": "number"}, "td": {"class": "number"}})


def test_a_table_sorts_by_links_names_its_cells_for_a_telephone_and_keeps_the_filter(rf):
    request = rf.get("/", {"q": "groen", "sort": "-votes", "page": "2"})
    table = BallotTable([{"name": f"<b>{n}", "votes": n} for n in range(30)])
    tables.RequestConfig(request, paginate={"per_page": 10}).configure(table)
    html = table.as_html(request)
    assert html.count('aria-sort="descending"') == 1
    assert 'class="number' in html
    assert html.count('<th scope="row"') == 10
    assert 'data-label="Stemmen"' in html
    assert "<b>" not in html
    assert "?q=groen&amp;sort=votes" in html  # the other way round, back on the first page or this one
    assert "?q=groen&amp;sort=-votes&amp;page=3" in html


def test_an_empty_table_says_so(rf):
    request = rf.get("/")
    table = BallotTable([], empty_text="Nog geen stemmingen.")
    assert "Nog geen stemmingen." in table.as_html(request)
