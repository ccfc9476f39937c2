"""What the wizards share: pages that keep what was typed, the map to click on, checking and sending.

Nobody gets a cookie by reading. The secret of a draft stands in its address, so that the same pages work on another device;
therefore these pages are never kept by a browser or proxy. (No other site is told where a reader came from: the whole portal
says ``same-origin``. Stricter would make browsers send ``Origin: null`` with a form, which looks like an attack.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode

from foundation.core import maps
from foundation.core.context import url_or_empty
from foundation.core.ratelimit import rate_limited
from foundation.core.refused import tell
from foundation.municipalities.queries import neighbourhood_at, neighbourhoods_of
from foundation.municipalities.tenancy import MunicipalityRequest
from initiatives.errors import InitiativeError
from initiatives.forms.plan import PicturesForm, SendForm
from initiatives.models import Draft, Initiative
from initiatives.services import drafts

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CHECK = "controleren"
PICTURES = "fotos"  # the page before, which no plan needs
MAP_WIDTH = 280  # fits a telephone of 320 pixels without being stretched, so that a click can be placed
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Wizard:
    """The pages of one wizard, in order.

    Args:
        url_name: of its pages, with municipality, key and step.
        titles: step -> title; the last two are ``PICTURES`` and ``CHECK``.
        forms: step -> form, without those two.
        step_form: makes the form of a page: (step, municipality, data, initial).
        several: fields that hold several codes.
        place: the step with the map.
        template: of a page.
    """

    url_name: str
    titles: Mapping[str, StrOrPromise]
    forms: Mapping[str, type[forms.Form]]
    step_form: Callable[..., Any]
    several: str
    place: str
    template: str

    @property
    def steps(self) -> list[str]:
        return list(self.titles)

    def url(self, request: MunicipalityRequest, key: str, step: str) -> str:
        return reverse(self.url_name, args=[request.municipality.slug, key, step])

    def path(self, request: MunicipalityRequest, draft: Draft, key: str, here: str) -> list[dict[str, Any]]:
        """The steps as they stand above each page; back to what was filled in, never ahead."""
        found = []
        for name, title in self.titles.items():
            done = self._visited(draft, name) or (name == PICTURES and PICTURES in draft.data)
            state = "now" if name == here else "done" if done else "next"
            found.append(
                {"name": title, "state": state, "url": self.url(request, key, name) if state == "done" else ""}
            )
        return found

    def filled(self, request: MunicipalityRequest, draft: Draft) -> dict[str, Any]:
        """Each page's form with what was typed."""
        typed = {name: value for name, value in draft.data.items() if value is not None}
        return {step: self.step_form(step, request.municipality, typed) for step in self.forms}

    def first_undone(self, request: MunicipalityRequest, draft: Draft) -> str:
        """The first page that is not filled in yet."""
        forms = self.filled(request, draft)
        return next((s for s in forms if not forms[s].is_valid() or not self._visited(draft, s)), CHECK)

    def typed(self, step: str, posted: Any) -> dict[str, Any]:
        """What stands in the fields of a page, as typed; PostgreSQL keeps no NUL."""
        values: dict[str, Any] = {
            name: [code.replace("\x00", "")[:40] for code in posted.getlist(name)[:20]]
            if name == self.several
            else posted.get(name, "").replace("\x00", "")[:20_000]
            for name in self.forms[step].base_fields
        }
        if "lon" in posted:  # only a click on the map sets it
            values |= {"lon": posted["lon"], "lat": posted["lat"]}
        return values

    def _visited(self, draft: Draft, step: str) -> bool:
        return step in self.forms and any(name in draft.data for name in self.forms[step].base_fields)


def of_draft(view: View) -> View:
    """Find the draft behind the link; a link that leads nowhere (any more) says so in plain words."""

    @wraps(view)
    def found(request: MunicipalityRequest, key: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        draft = drafts.find(request.municipality, key, request.user)
        if draft is None:
            start = url_or_empty("initiatives:new", request.municipality.slug)
            response: HttpResponseBase = render(
                request, "initiatives/wizard/gone.html", {"start_url": start}, status=404
            )
        elif draft.initiative is not None:
            response = redirect(draft.initiative.get_absolute_url())
        else:
            response = view(request, draft, key, *args, **kwargs)
        add_never_cache_headers(response)
        response["X-Robots-Tag"] = "noindex"
        return response

    return found


def begin(request: MunicipalityRequest, kind: str) -> str:
    """Make an empty draft; the session is only looked at where there is one, so that nobody gets a cookie.

    Returns:
        the secret of its link.
    """
    knows = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
    _draft, token = drafts.begin(municipality=request.municipality, kind=kind, by=request.user if knows else None)
    return token


def page(request: MunicipalityRequest, wizard: Wizard, draft: Draft, key: str, step: str) -> HttpResponse:
    """One page of questions. What was typed is kept, right or wrong, before anything else happens."""
    form, clicked, missed = wizard.step_form(step, request.municipality, initial=draft.data), False, False
    on_map = step == wizard.place
    if request.method == "POST":
        posted = request.POST.copy()
        posted.pop("lon", None)
        clicked = on_map and take_click(request, posted)
        missed = on_map and not clicked and _pixel(request) is not None
        values = wizard.typed(step, posted)
        if on_map and not clicked and values["neighbourhood"] != draft.data.get("neighbourhood", ""):
            values |= {"lon": None, "lat": None}  # the point lies in the neighbourhood of before
        by = request.user if request.user.is_authenticated else None
        draft = drafts.save(draft=draft, by=by, values=values)
        if posted.get("later"):
            return redirect("initiatives:draft_later", request.municipality.slug, key)
        if clicked:
            form = wizard.step_form(step, request.municipality, initial=draft.data)
        else:
            form = wizard.step_form(step, request.municipality, posted)
            if form.is_valid() and not missed:
                return redirect(wizard.url(request, key, wizard.steps[wizard.steps.index(step) + 1]))
    has_map = on_map and neighbourhoods_of(request.municipality).filter(geometry__isnull=False).exists()
    before = wizard.steps.index(step) - 1
    return render(
        request,
        wizard.template,
        {
            "draft": draft,
            "key": key,
            "step": step,
            "title": wizard.titles[step],
            "form": form,
            "path": wizard.path(request, draft, key, step),
            "map_width": MAP_WIDTH,
            "map_query": urlencode(_point(draft)) if has_map else "",
            "has_map": has_map,
            "missed": missed,
            "previous": wizard.url(request, key, wizard.steps[before]) if before >= 0 else "",
        },
    )


def pictures(request: MunicipalityRequest, wizard: Wizard, draft: Draft, key: str) -> HttpResponse:
    """Pictures, one by one; who presses "go on" with one chosen does not lose it."""
    posted = request.method == "POST"
    number = request.POST.get("weg", "")
    if number.isdecimal() and len(number) < 16:
        drafts.remove_picture(draft=draft, number=int(number))
        return redirect(wizard.url(request, key, PICTURES))
    form: Any = PicturesForm(*((request.POST, request.FILES) if posted else ()))
    if posted and form.is_valid():
        by = request.user if request.user.is_authenticated else None
        limited = _count_pictures(request) if form.cleaned_data["image"] else HttpResponse()
        if limited.status_code != 200:
            return limited
        try:
            if form.cleaned_data["image"]:
                drafts.add_picture(draft=draft, by=by, image=form.cleaned_data["image"], alt=form.cleaned_data["alt"])
            drafts.save(draft=draft, by=by, values={PICTURES: True})
        except (InitiativeError, ValidationError) as error:
            tell(form, error)
        else:
            if "later" in request.POST:
                return redirect("initiatives:draft_later", request.municipality.slug, key)
            return redirect(wizard.url(request, key, PICTURES if "erbij" in request.POST else CHECK))
    steps = wizard.steps
    return render(
        request,
        "initiatives/wizard/pictures.html",
        {
            "draft": draft,
            "key": key,
            "title": wizard.titles[PICTURES],
            "form": form,
            "pictures": list(draft.pictures.all()),
            "path": wizard.path(request, draft, key, PICTURES),
            "previous": wizard.url(request, key, steps[steps.index(PICTURES) - 1]),
        },
    )


@rate_limited("initiative-draft-picture", capacity=30, per_seconds=3600)
def _count_pictures(request: MunicipalityRequest) -> HttpResponse:
    return HttpResponse()


def check(
    request: MunicipalityRequest,
    wizard: Wizard,
    draft: Draft,
    key: str,
    *,
    template: str,
    send: Callable[[dict[str, Any], bool], Initiative],
    shown: Callable[[dict[str, Any]], dict[str, Any]],
    told: str,
) -> HttpResponse:
    """Everything once more: what will be public and what not; then send, with an account.

    Args:
        send: hands it in: (what was typed, cleaned; whether the name may be shown).
        shown: what the template needs more, from what was typed as far as that is right.
    """
    forms = wizard.filled(request, draft)
    problems = [
        {"url": f"{wizard.url(request, key, step)}#{form[field].id_for_label}", "text": f"{form[field].label} {error}"}
        for step, form in forms.items()
        for field, errors in form.errors.items()
        if field in form.fields
        for error in errors
    ]
    plan = {name: value for form in forms.values() for name, value in getattr(form, "cleaned_data", {}).items()}
    here = wizard.url(request, key, CHECK)
    refused = ""
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(here)
        limited = _count_sending(request)
        if limited.status_code != 200:
            return limited
        send_form = SendForm(request.POST)
        if not problems and send_form.is_valid():
            try:
                made = _send_twice(send, plan, send_form.cleaned_data["show_name"])
            except (InitiativeError, ValidationError) as error:
                refused = " ".join(getattr(error, "messages", [str(error)]))
            else:
                messages.success(request, told)
                return redirect(made.get_absolute_url())
    then = urlencode({"next": here})
    return render(
        request,
        template,
        {
            "draft": draft,
            "key": key,
            "path": wizard.path(request, draft, key, CHECK),
            "problems": problems,
            "refused": refused,
            "plan": plan,
            "pictures": list(draft.pictures.all()),
            "pictures_url": wizard.url(request, key, PICTURES),
            "login_url": f"{reverse('account_login')}?{then}",
            "signup_url": f"{reverse('account_signup')}?{then}",
            **shown(plan),
        },
    )


def _send_twice(
    send: Callable[[dict[str, Any], bool], Initiative], plan: dict[str, Any], show_name: bool
) -> Initiative:
    try:
        return send(plan, show_name)
    except IntegrityError:
        # Two plans took the same address in the same moment; the second try sees the first and takes another one.
        return send(plan, show_name)


@rate_limited("initiative-send", capacity=20, per_seconds=3600)
def _count_sending(request: MunicipalityRequest) -> HttpResponse:
    return HttpResponse()


def take_click(request: MunicipalityRequest, posted: Any) -> bool:
    """A click on the map chooses the neighbourhood and the point; whether it hit one."""
    pixel = _pixel(request)
    if pixel is None:
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


def _pixel(request: MunicipalityRequest) -> tuple[float, ...] | None:
    """Where the map was clicked. Enter in a text field presses the first button, which is the map, at 0,0: no click."""
    pixel = floats(request.POST.get("plek.x"), request.POST.get("plek.y"))
    return None if pixel == (0.0, 0.0) else pixel


def floats(*texts: str | None) -> tuple[float, ...] | None:
    """Numbers of an address or a click; None where one is none."""
    try:
        numbers = tuple(float(text or "") for text in texts)
    except ValueError:
        return None
    return numbers if all(-1000 < number < 1_000_000 for number in numbers) else None


def _point(draft: Draft) -> dict[str, Any]:
    point = {"buurt": draft.data.get("neighbourhood"), "lon": draft.data.get("lon"), "lat": draft.data.get("lat")}
    return {name: value for name, value in point.items() if value not in (None, "")}
