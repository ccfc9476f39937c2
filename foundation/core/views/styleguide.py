"""Every component in every state, with real-looking text: for designers, screenshots and accessibility scans.

Only in the demo and with DEBUG; elsewhere the page does not exist. Its example texts are Dutch and not in the catalogue.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from crispy_forms.layout import Fieldset, Row
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from foundation.core import charts, clock, maps
from foundation.core.context import NavItem
from foundation.core.forms import DateInput, EuroField, explain, helper, limits
from foundation.core.frontend import ICONS

# An invented town of nine neighbourhoods, so that core needs no geography: corners (x, y) of a crooked grid.
CORNERS = (
    ((0, 4), (34, 0), (66, 8), (100, 2)),
    ((6, 30), (30, 36), (70, 28), (104, 36)),
    ((0, 66), (38, 60), (62, 70), (98, 62)),
    ((4, 96), (32, 90), (68, 98), (96, 92)),
)
NAMES = (
    ("Binnenhof", 9, False),
    ("De Laan", 3, False),
    ("Oosterveld", 24, False),
    ("Havenkwartier", 6, True),
    ("Molenwijk", 17, False),
    ("Zonnehoek", 0, False),
    ("Kapelberg", 8, True),
    ("Weidepark", 2, False),
    ("Waterrand", 0, False),
)
PLANS = {name: plans for name, plans, _attention in NAMES}


def _town() -> list[maps.Shape]:
    shapes = []
    for index, (name, _plans, attention) in enumerate(NAMES):
        row, column = divmod(index, 3)
        ring = [CORNERS[row][column], CORNERS[row][column + 1], CORNERS[row + 1][column + 1], CORNERS[row + 1][column]]
        coordinates = [[4.6 + x * 0.0008, 51.8 - y * 0.0005] for x, y in [*ring, ring[0]]]
        geometry = {"type": "Polygon", "coordinates": [coordinates]}
        shapes.append(maps.Shape(f"BU{index:08d}", name, geometry, index == 8, attention))
    return shapes


RESULTS = (
    ("Speeltuin Molenwijk opknappen", 812, True, 24_500_00, "Past in het budget: dit plan kreeg de meeste stemmen."),
    ("Buurtmoestuin achter de kerk", 655, True, 8_000_00, "Past in het geld dat na het eerste plan over was."),
    ("Bankjes langs het Havenpad", 640, False, 30_000_00, "Kost € 30.000, maar er was nog € 17.500 over."),
    ("Lampjes in de Kapelstraat", 301, True, 4_500_50, "Past precies in het geld dat over was."),
)


class ExampleForm(forms.Form):
    """One of each kind of field."""

    title = forms.CharField(
        label="Naam van je plan", max_length=80, help_text="Kort, zo kort dat het op een kaartje past."
    )
    story = forms.CharField(
        label="Wat wil je doen?", widget=forms.Textarea, help_text="Vertel het zoals je het een buur vertelt."
    )
    email = forms.EmailField(label="E-mailadres")
    cost = EuroField(label="Wat kost het ongeveer?", help_text="Een schatting is genoeg.", min_cents=100)
    start = forms.DateField(label="Wanneer wil je beginnen?", widget=DateInput, required=False)
    neighbourhood = forms.ChoiceField(
        label="In welke buurt?", choices=[("", "Kies een buurt"), *[(a[0], a[0]) for a in NAMES]]
    )
    kind = forms.ChoiceField(
        label="Wat voor plan is het?",
        widget=forms.RadioSelect,
        choices=[
            ("self", "Wij doen het zelf"),
            ("together", "Samen met de gemeente"),
            ("challenge", "Wij nemen een taak over"),
        ],
        help_text="Je kunt dit later nog veranderen.",
    )
    needs = forms.MultipleChoiceField(
        label="Wat heb je nodig?",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("money", "Geld"), ("place", "Een plek"), ("permit", "Een vergunning")],
    )
    picture = forms.FileField(label="Foto", required=False)
    agree = forms.BooleanField(label="Ik heb de spelregels gelezen", help_text="Ze passen op één pagina.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        explain(
            self.fields["kind"],
            {"self": "De gemeente denkt mee, jullie voeren uit.", "challenge": "Bijvoorbeeld het groen onderhouden."},
        )
        limits(self.fields["picture"], kinds="Een foto (JPEG of PNG)", max_bytes=5 * 1024 * 1024)
        self.helper = helper(
            self,
            Fieldset("Je plan", "title", "story", "kind"),
            Fieldset("Geld en tijd", Row("cost", "start"), "neighbourhood", "needs", "picture"),
            Fieldset("Over jou", "email", "agree"),
            submit="Stuur je plan in",
            cancel_url="#formulier",
        )


class ExampleFilter(forms.Form):
    search = forms.CharField(label="Zoek", required=False)
    state = forms.ChoiceField(label="Status", required=False, choices=[("", "Alles"), ("open", "Open nu")])


def _examples() -> dict[str, Any]:
    now: datetime = clock.now()
    steps = [
        {
            "name": "Plannen indienen",
            "state": "done",
            "start": now - timedelta(days=60),
            "end": now - timedelta(days=30),
        },
        {"name": "Haalbaarheid", "state": "done", "start": now - timedelta(days=30), "end": now - timedelta(days=9)},
        {"name": "Stemmen", "state": "now", "end": now + timedelta(days=3), "note": "Al 1.204 mensen stemden."},
        {"name": "Uitslag", "state": "next", "start": now + timedelta(days=4)},
        {"name": "Uitvoeren", "state": "next", "when": "vanaf het voorjaar"},
    ]
    filters = ExampleFilter()
    filters.helper = helper(filters, "search", "state", submit="Filter", method="get", wide=True, tag=True)  # type: ignore[attr-defined]
    return {
        "soon": now + timedelta(days=3),
        "later": now + timedelta(days=45),
        "steps": steps,
        "results": [
            {"title": title, "votes": votes, "funded": funded, "cost_cents": cost, "why": why}
            for title, votes, funded, cost, why in RESULTS
        ],
        "map": maps.tile_map(
            _town(),
            title="Plannen per buurt",
            shade=lambda area: PLANS[area.name],
            link=lambda area: f"#{area.code}",
            value_head="Plannen",
            selected=["BU00000004"],
        ),
        "chart": charts.bar_chart(
            [("maandag", 130), ("dinsdag", 244), ("woensdag", 38), charts.Bar("donderdag", 90, tone="accent")],
            title="Stemmen per dag",
        ),
        "form": ExampleForm(),
        "wrong_form": ExampleForm(
            {"fout-title": "", "fout-story": "Een tuin.", "fout-cost": "veel", "fout-email": "jan@"}, prefix="fout"
        ),
        "filter_form": filters,
        "page_of_many": Paginator(range(230), 20).page(4),
        "icons": ICONS,
    }


def _guard() -> None:
    if not (settings.DEBUG or settings.DEMO):
        raise Http404


def show(request: HttpRequest) -> HttpResponse:
    """The public look."""
    _guard()
    theme = request.GET.get("thema", "")
    context = _examples()
    context["nav"] = [
        NavItem("Home", "/", "home", active=False),
        NavItem("Stemmingen", "/stijlgids/", "checks", active=True),
        NavItem("Buurten", "/stijlgids/ambtenaar/", "map", active=False),
    ]
    if theme:
        context["theme"] = theme
    return render(request, "core/styleguide.html", context)


def show_staff(request: HttpRequest) -> HttpResponse:
    """The look of the back office."""
    _guard()
    context = _examples()
    context["staff_nav"] = [
        NavItem("Vandaag", "/stijlgids/ambtenaar/", "sun", count=3, active=True),
        NavItem("Stemmingen", "/stijlgids/", "checks", active=False),
        NavItem("Buurten", "#buurten", "map", active=False),
        NavItem("Mensen", "#mensen", "users", active=False),
        NavItem("Instellingen", "#instellingen", "settings", active=False),
    ]
    if request.GET.get("thema"):
        context["theme"] = request.GET["thema"]
    return render(request, "core/styleguide_staff.html", context)


ERROR_PAGES = {
    name.removesuffix(".html"): name
    for name in ("403.html", "403_csrf.html", "404.html", "429.html", "500.html", "503.html")
}


def show_error(request: HttpRequest, name: str) -> HttpResponse:
    """An error page without an error."""
    _guard()
    if name not in ERROR_PAGES:
        raise Http404
    return render(request, ERROR_PAGES[name], {"explanation": "", "wait_minutes": 4})


CONFIRM_PAGES = {"bewoner": "components/confirm.html", "ambtenaar": "components/confirm_staff.html"}


def show_confirm(request: HttpRequest, name: str) -> HttpResponse:
    """The page that asks before something that can't be undone; its button does nothing."""
    _guard()
    if name not in CONFIRM_PAGES:
        raise Http404
    return render(
        request,
        CONFIRM_PAGES[name],
        {
            "title": "Weet je zeker dat je je plan intrekt?",
            "text": "Je plan verdwijnt van de lijst. Dit kun je niet terugdraaien.",
            "points": ["De 12 mensen die je steunen krijgen bericht.", "Je houdt een kopie in Mijn AanZet."],
            "submit": "Trek mijn plan in",
            "cancel_url": "/stijlgids/",
            "danger": True,
        },
    )
