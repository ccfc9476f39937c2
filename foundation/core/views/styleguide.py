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
from django.utils.safestring import mark_safe

from foundation.core import clock
from foundation.core.context import NavItem
from foundation.core.forms import DateInput, EuroField, explain, helper, limits
from foundation.core.frontend import ICONS

# An invented town of nine neighbourhoods, so that core needs no geography.
AREAS = (
    ("Binnenhof", "M10 10h90v60l-30 20h-60z", 3, ""),
    ("De Laan", "M100 10h80v40l-30 30h-50z", 1, ""),
    ("Oosterveld", "M180 10h110v70h-60l-50-30z", 5, ""),
    ("Havenkwartier", "M10 90h60l30 30v60h-90z", 2, "map-attention"),
    ("Molenwijk", "M70 90l30-20h50l40 40-30 40h-60v-30z", 4, ""),
    ("Zonnehoek", "M150 80l30-30 50 30v50h-40z", 0, ""),
    ("Kapelberg", "M230 80h60v100h-80l-20-30 40-20z", 2, "map-attention"),
    ("Weidepark", "M100 150h60l30 0 20 30v0h-110z", 1, ""),
)
MAP = mark_safe(
    '<svg viewBox="0 0 300 210" role="img" aria-label="Kaart met het aantal plannen per buurt">'
    + "".join(f'<path class="map-area map-shade-{shade} {extra}" d="{d}"/>' for _name, d, shade, extra in AREAS)
    + '<path class="map-area map-water" d="M10 185h280v18h-280z"/></svg>'
)
CHART = mark_safe(
    '<svg viewBox="0 0 300 110" role="img" aria-label="Stemmen per dag">'
    + '<line class="chart-axis" x1="20" y1="90" x2="290" y2="90"/>'
    + "".join(
        f'<rect class="chart-bar" x="{25 + 38 * i}" y="{90 - height}" width="26" height="{height}"/>'
        f'<text class="chart-label" x="{38 + 38 * i}" y="106" text-anchor="middle" font-size="10">{name}</text>'
        for i, (name, height) in enumerate(
            zip(("ma", "di", "wo", "do", "vr", "za", "zo"), (30, 44, 38, 62, 51, 80, 25), strict=True)
        )
    )
    + "</svg>"
)
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
        label="In welke buurt?", choices=[("", "Kies een buurt"), *[(a[0], a[0]) for a in AREAS]]
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
        "map": MAP,
        "legend": [
            {"css_class": f"map-shade-{n}", "label": label}
            for n, label in enumerate(("geen", "1 of 2", "3 tot 5", "6 tot 9", "10 tot 19", "20 of meer"))
        ],
        "map_head": ("Buurt", "Plannen"),
        "map_rows": [(name, shade * 4) for name, _d, shade, _extra in AREAS],
        "chart": CHART,
        "chart_head": ("Dag", "Stemmen"),
        "chart_rows": [("maandag", 30), ("dinsdag", 44), ("woensdag", 38)],
        "form": ExampleForm(),
        "wrong_form": ExampleForm(
            {"fout-title": "", "fout-story": "Een tuin.", "fout-cost": "veel", "fout-email": "jan@"}, prefix="fout"
        ),
        "filter_form": filters,
        "page_of_many": Paginator(range(230), 20).page(4),
        "icons": ICONS,
        "colours": ("map-shade-5", "map-selected", "map-shade-1", "chart-bar--muted"),
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
