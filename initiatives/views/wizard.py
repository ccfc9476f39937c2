"""Starting an initiative: short pages that keep what was typed, for people with and without an account.

Nobody gets a cookie by reading. The secret of a draft stands in its address, so that the same pages work on another device;
therefore these pages are never kept by a browser or proxy. (No other site is told where a reader came from: the whole portal
says ``same-origin``. Stricter would make browsers send ``Origin: null`` with a form, which looks like an attack.)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.core import maps
from foundation.core.context import url_or_empty
from foundation.core.ratelimit import rate_limited
from foundation.core.text import render_markdown
from foundation.municipalities.queries import neighbourhood_at, neighbourhoods_of
from foundation.municipalities.tenancy import MunicipalityRequest
from initiatives.enums import Ask, InitiativeKind
from initiatives.errors import InitiativeError
from initiatives.forms.plan import WIZARD, KindForm, MailLinkForm, SendForm, place_fields, step_form
from initiatives.models import Draft
from initiatives.services import drafts

STEPS = [*WIZARD, "controleren"]
MAP_WIDTH = 280  # fits a telephone of 320 pixels without being stretched, so that a click can be placed
View = Callable[..., HttpResponse]


def _titles() -> dict[str, str]:
    return {
        "plan": _("Your plan"),
        "plek": _("Where"),
        "samen": _("With whom"),
        "vraag": _("What you ask"),
        "controleren": _("Check and send"),
    }


def of_draft(view: View) -> View:
    """Find the draft behind the link; a link that leads nowhere (any more) says so in plain words."""

    @wraps(view)
    def found(request: MunicipalityRequest, key: str, *args: Any, **kwargs: Any) -> HttpResponse:
        draft = drafts.find(request.municipality, key, request.user)
        if draft is None:
            start = url_or_empty("initiatives:new", request.municipality.slug)
            response = render(request, "initiatives/wizard/gone.html", {"start_url": start}, status=404)
        elif draft.initiative is not None:
            response = redirect(draft.initiative.get_absolute_url())
        else:
            response = view(request, draft, key, *args, **kwargs)
        add_never_cache_headers(response)
        response["X-Robots-Tag"] = "noindex"
        return response

    return found


@csrf_exempt  # it makes an empty draft and nothing else; so who only looks here gets no cookie
@rate_limited("initiative-draft", capacity=20, per_seconds=3600)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MunicipalityRequest) -> HttpResponse:
    """What one can start, and what it takes. Beginning leads to the first page of questions."""
    challenge = url_or_empty("initiatives:challenge_start", request.municipality.slug)
    kinds = [kind for kind in InitiativeKind.values if kind != InitiativeKind.CHALLENGE or challenge]
    form = KindForm(request.POST if request.method == "POST" else None, kinds=kinds)
    if form.is_bound and form.is_valid():
        kind = form.cleaned_data["kind"]
        if kind == InitiativeKind.CHALLENGE:
            return redirect(challenge)
        knows = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
        _draft, token = drafts.begin(municipality=request.municipality, kind=kind, by=request.user if knows else None)
        return redirect("initiatives:draft_step", request.municipality.slug, token, "plan")
    return render(request, "initiatives/wizard/start.html", {"form": form})


@require_safe
@of_draft
def resume(request: MunicipalityRequest, draft: Draft, key: str) -> HttpResponse:
    """Where the link leads to: the first page that is not filled in yet."""
    if draft.data.get("kind") == InitiativeKind.CHALLENGE:  # it has its own pages
        return redirect("initiatives:challenge_step", request.municipality.slug, key, "verder")
    for step in WIZARD:
        if not step_form(step, request.municipality, as_posted(draft)).is_valid() or not _visited(draft, step):
            return redirect("initiatives:draft_step", request.municipality.slug, key, step)
    return redirect("initiatives:draft_step", request.municipality.slug, key, "controleren")


@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def step(request: MunicipalityRequest, draft: Draft, key: str, step: str) -> HttpResponse:
    """One page of questions. What was typed is kept, right or wrong, before anything else happens."""
    if draft.data.get("kind") == InitiativeKind.CHALLENGE:  # it has its own pages
        return redirect("initiatives:challenge_step", request.municipality.slug, key, "verder")
    if step == "controleren":
        return check(request, draft, key)
    if step not in WIZARD:
        raise Http404
    form, clicked = step_form(step, request.municipality, initial=draft.data), False
    if request.method == "POST":
        posted = request.POST.copy()
        posted.pop("lon", None)
        clicked = step == "plek" and take_click(request, posted)
        values = _typed(step, posted)
        if step == "plek" and not clicked and values["neighbourhood"] != draft.data.get("neighbourhood", ""):
            values |= {"lon": None, "lat": None}  # the point lies in the neighbourhood of before
        draft = drafts.save(draft=draft, by=account(request), values=values)
        if posted.get("later"):
            return redirect("initiatives:draft_later", request.municipality.slug, key)
        form = step_form(step, request.municipality, posted)
        if clicked:
            form = step_form(step, request.municipality, initial=draft.data)
        elif form.is_valid():
            following = STEPS[STEPS.index(step) + 1]
            return redirect("initiatives:draft_step", request.municipality.slug, key, following)
    areas = step == "plek" and neighbourhoods_of(request.municipality).filter(geometry__isnull=False).exists()
    return render(
        request,
        "initiatives/wizard/step.html",
        {
            "draft": draft,
            "key": key,
            "step": step,
            "title": _titles()[step],
            "form": form,
            "path": _path(request, draft, key, step),
            "map_width": MAP_WIDTH,
            "map_query": urlencode(_point(draft)) if areas else "",
            "has_map": areas,
            "missed": step == "plek" and request.method == "POST" and "plek.x" in request.POST and not clicked,
            "previous": STEPS[STEPS.index(step) - 1] if step != STEPS[0] else "",
        },
    )


@rate_limited("initiative-send", capacity=20, per_seconds=3600)
def count_sending(request: MunicipalityRequest) -> HttpResponse:
    return HttpResponse()


def check(request: MunicipalityRequest, draft: Draft, key: str) -> HttpResponse:
    """Everything once more: what will be public and what not; then send, with an account."""
    forms = {name: step_form(name, request.municipality, as_posted(draft)) for name in WIZARD}
    problems = [
        {"url": f"{_step_url(request, key, name)}#{form[field].id_for_label}", "text": f"{form[field].label} {error}"}
        for name, form in forms.items()
        for field, errors in form.errors.items()
        if field in form.fields
        for error in errors
    ]
    here = _step_url(request, key, "controleren")
    send_form = SendForm(request.POST if request.method == "POST" else None)
    refused = ""
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(here)
        limited = count_sending(request)
        if limited.status_code != 200:
            return limited
        if not problems and send_form.is_valid():
            try:
                initiative = _send(draft, request, forms, name_is_public=send_form.cleaned_data["show_name"])
            except (InitiativeError, ValidationError) as error:
                refused = " ".join(getattr(error, "messages", [str(error)]))
            else:
                messages.success(request, _("Your plan is sent. The municipality is at the move now."))
                return redirect(initiative.get_absolute_url())
    cleaned = {name: value for form in forms.values() for name, value in getattr(form, "cleaned_data", {}).items()}
    return render(
        request,
        "initiatives/wizard/check.html",
        {
            "draft": draft,
            "key": key,
            "path": _path(request, draft, key, "controleren"),
            "problems": problems,
            "refused": refused,
            "plan": cleaned,
            "kind": InitiativeKind(draft.data["kind"]).label,
            "story": render_markdown(cleaned.get("story", "")),
            "asks": [Ask(code).label for code in cleaned.get("asks", [])],
            "has_point": draft.data.get("lon") is not None,
            "send_form": send_form,
            "login_url": f"{reverse('account_login')}?{urlencode({'next': here})}",
            "signup_url": f"{reverse('account_signup')}?{urlencode({'next': here})}",
        },
    )


def _send(draft: Draft, request: MunicipalityRequest, forms: dict[str, Any], *, name_is_public: bool) -> Any:
    fields = {name: value for form in forms.values() for name, value in form.cleaned_data.items()}
    place = place_fields(request.municipality, fields, draft.data.get("lon"), draft.data.get("lat"))
    fields |= place
    try:
        return drafts.send(draft=draft, by=request.user, fields=fields, name_is_public=name_is_public)
    except IntegrityError:
        # Two plans took the same address in the same moment; the second try sees the first and takes another one.
        return drafts.send(draft=draft, by=request.user, fields=fields, name_is_public=name_is_public)


@rate_limited("initiative-link", capacity=5, per_seconds=3600)
@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def later(request: MunicipalityRequest, draft: Draft, key: str) -> HttpResponse:
    """It is kept: the link to go on with, also by mail."""
    form = MailLinkForm(request.POST or None)
    mailed = ""
    if request.method == "POST" and form.is_valid():
        mailed = form.cleaned_data["email"]
        drafts.mail_link(draft=draft, token=key, address=mailed)
        form = MailLinkForm()
    path = reverse("initiatives:draft", args=[request.municipality.slug, key])
    return render(
        request,
        "initiatives/wizard/later.html",
        {
            "draft": draft,
            "key": key,
            "form": form,
            "mailed": mailed,
            "link": request.build_absolute_uri(path),
            "own": draft.owner_id is not None and draft.owner_id == request.user.pk,
        },
    )


@require_POST
@of_draft
def discard(request: MunicipalityRequest, draft: Draft, key: str) -> HttpResponse:
    """Throw the draft away."""
    drafts.discard(draft=draft)
    return render(request, "initiatives/wizard/gone.html", {"thrown_away": True})


@require_safe
def place_picture(request: MunicipalityRequest) -> HttpResponse:
    """The small map as a picture to click on, with the neighbourhood and the point that were chosen."""
    areas = list(neighbourhoods_of(request.municipality))
    if not any(area.geometry for area in areas):
        raise Http404
    chosen = [code for code in [request.GET.get("buurt", "")] if any(area.code == code for area in areas)]
    drawn = maps.tile_map(areas, width=MAP_WIDTH, title=request.municipality.name, selected=chosen, standalone=True)
    svg = str(drawn.svg)
    point = _floats(request.GET.get("lon"), request.GET.get("lat"))
    if point is not None:
        x, y = drawn.projection.pixel(*point)
        svg = svg.replace(
            "</svg>",
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="#b8005c" stroke="#fff" stroke-width="2"/></svg>',
        )
    response = HttpResponse(svg, content_type="image/svg+xml")
    response["Cache-Control"] = "max-age=3600"
    return response


def account(request: MunicipalityRequest) -> Any:
    return request.user if request.user.is_authenticated else None


def _floats(*texts: str | None) -> tuple[float, ...] | None:
    try:
        numbers = tuple(float(text or "") for text in texts)
    except ValueError:
        return None
    return numbers if all(-1000 < number < 1_000_000 for number in numbers) else None


def _typed(step: str, posted: Any) -> dict[str, Any]:
    """What stands in the fields of this page, as typed."""
    fields = WIZARD[step].base_fields
    values = {
        name: ticked(posted.getlist(name)) if name == "asks" else posted.get(name, "").replace("\x00", "")[:20_000]
        for name in fields
    }
    if "lon" in posted:  # only a click on the map sets it
        values |= {"lon": posted["lon"], "lat": posted["lat"]}
    return values


def ticked(codes: list[str]) -> list[str]:
    """Boxes as they were sent, no longer than a code is; PostgreSQL keeps no NUL."""
    return [code.replace("\x00", "")[:40] for code in codes[:20]]


def take_click(request: MunicipalityRequest, posted: Any) -> bool:
    """A click on the map chooses the neighbourhood and the point; whether it hit one.

    Enter in a text field presses the first button, which is the map, at 0,0: that counts as no click.
    """
    pixel = _floats(request.POST.get("plek.x"), request.POST.get("plek.y"))
    if pixel is None or pixel == (0.0, 0.0):
        return False
    areas = list(neighbourhoods_of(request.municipality))
    if not any(area.geometry for area in areas):
        return False
    lon, lat = maps.projection_of(areas, MAP_WIDTH).lonlat(*pixel)
    area = neighbourhood_at(request.municipality, lon, lat)
    if area is None:
        return False
    posted["neighbourhood"] = area.code
    posted["lon"], posted["lat"] = round(lon, 5), round(lat, 5)  # about a metre; nobody clicks that exactly
    return True


def as_posted(draft: Draft) -> dict[str, Any]:
    return {name: value for name, value in draft.data.items() if value is not None}


def _visited(draft: Draft, step: str) -> bool:
    return any(name in draft.data for name in WIZARD[step].base_fields)


def _point(draft: Draft) -> dict[str, Any]:
    point = {"buurt": draft.data.get("neighbourhood"), "lon": draft.data.get("lon"), "lat": draft.data.get("lat")}
    return {name: value for name, value in point.items() if value not in (None, "")}


def _step_url(request: MunicipalityRequest, key: str, step: str) -> str:
    return reverse("initiatives:draft_step", args=[request.municipality.slug, key, step])


def _path(request: MunicipalityRequest, draft: Draft, key: str, here: str) -> list[dict[str, Any]]:
    titles = _titles()
    steps = []
    for name in STEPS:
        done = name in WIZARD and _visited(draft, name)
        state = "now" if name == here else "done" if done else "next"
        steps.append(
            {"name": titles[name], "state": state, "url": _step_url(request, key, name) if state == "done" else ""}
        )
    return steps
