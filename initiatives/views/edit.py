"""The team changes its plan and takes its steps: adding what is asked, beginning, finishing, withdrawing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.core.refused import saved_meanwhile, tell
from foundation.municipalities.queries import neighbourhoods_of
from foundation.municipalities.tenancy import MunicipalityRequest
from initiatives.enums import ACTIONS, InitiativeState
from initiatives.errors import InitiativeError
from initiatives.forms.plan import AdditionsForm, EditForm, WithdrawForm, place_fields, place_form
from initiatives.models import Initiative
from initiatives.queries import page as page_queries
from initiatives.services import initiatives
from initiatives.views._drafts import MAP_WIDTH, take_click
from initiatives.views._shared import for_team, give_back, team_menu

TEXTS = ("title", "summary", "story", "with_whom", "asks", "asks_text", "starts_on", "ends_on")


@require_http_methods(["GET", "HEAD", "POST"])
@for_team()
def plan(request: MunicipalityRequest, initiative: Initiative) -> HttpResponse:
    """The text of the plan. When somebody else saved in between, both texts are shown and the typed one is kept."""
    fixed = initiative.state not in initiatives.CHANGEABLE_IN
    initial = {name: getattr(initiative, name) for name in (*TEXTS, "version")}
    back = initiative.get_absolute_url()
    form = EditForm(request.POST if request.method == "POST" else None, initial=initial, cancel_url=back)
    theirs: list[dict[str, Any]] = []
    if form.is_bound and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in TEXTS}
        try:
            changed = initiatives.change(
                initiative=initiative, by=request.user, version=form.cleaned_data["version"], **fields
            )
        except (InitiativeError, ValidationError) as error:
            theirs = saved_meanwhile(form) if tell(form, error) else []
        else:
            messages.success(request, _("Your plan is saved."))
            return redirect(changed.get_absolute_url())
    give_back(request, form)
    may_withdraw = initiative.state in ACTIONS["withdraw"].old and request.user.has_perm(
        "initiatives.speak_for", initiative
    )
    context = {"form": form, "theirs": theirs, "fixed": fixed, "may_withdraw": may_withdraw}
    return _page(request, initiative, "plan", "initiatives/edit/plan.html", **context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_team()
def place(request: MunicipalityRequest, initiative: Initiative) -> HttpResponse:
    """Where the plan lies. A click on the map saves at once, so that it works without JavaScript."""
    area = initiative.neighbourhood
    now = {"neighbourhood": area.code if area else "", "place": initiative.place, "version": initiative.version}
    clicked, posted = False, None
    lon: Any = initiative.lon
    lat: Any = initiative.lat
    if request.method == "POST":
        posted = request.POST.copy()
        clicked = take_click(request, posted)
        if clicked:
            lon, lat = posted["lon"], posted["lat"]
    form = place_form(request.municipality, posted, initial=now)
    theirs: list[dict[str, Any]] = []
    missed = posted is not None and "plek.x" in posted and not clicked
    if posted is not None and form.is_valid() and not missed:
        fields = place_fields(request.municipality, form.cleaned_data, lon, lat)
        try:
            version = form.cleaned_data["version"]
            initiatives.change(initiative=initiative, by=request.user, version=version, **fields)
        except (InitiativeError, ValidationError) as error:
            theirs = saved_meanwhile(form) if tell(form, error) else []
        else:
            messages.success(request, _("The place is saved."))
            return redirect("initiatives:edit_place", request.municipality.slug, initiative.slug)
    point: dict[str, Any] = {"buurt": now["neighbourhood"], "lon": initiative.lon or "", "lat": initiative.lat or ""}
    return _page(
        request,
        initiative,
        "plek",
        "initiatives/edit/place.html",
        form=form,
        theirs=theirs,
        missed=missed,
        has_map=neighbourhoods_of(request.municipality).filter(geometry__isnull=False).exists(),
        map_width=MAP_WIDTH,
        map_query=urlencode({name: value for name, value in point.items() if value}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_team("initiatives.speak_for")
def additions(request: MunicipalityRequest, initiative: Initiative) -> HttpResponse:
    """What the municipality asked, and the answer; sending it makes the term run again."""
    back = initiative.get_absolute_url()
    if initiative.state != InitiativeState.INCOMPLETE:
        messages.info(request, _("Nothing is asked of you now."))
        return redirect(back)
    form = AdditionsForm(
        request.POST if request.method == "POST" else None, initial={"version": initiative.version}, cancel_url=back
    )
    if form.is_bound and form.is_valid():
        try:
            initiatives.submit(initiative=initiative, by=request.user, answer=form.cleaned_data["answer"])
        except InitiativeError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your additions are sent. The municipality is at the move again."))
            return redirect(back)
    give_back(request, form)
    asked = page_queries.last_question(initiative)
    return _page(request, initiative, "", "initiatives/edit/additions.html", form=form, asked=asked)


@require_http_methods(["GET", "HEAD", "POST"])
@for_team("initiatives.speak_for")
def withdraw(request: MunicipalityRequest, initiative: Initiative) -> HttpResponse:
    """Stop, with a reason."""
    back = initiative.get_absolute_url()
    form = WithdrawForm(request.POST if request.method == "POST" else None, cancel_url=back)
    if form.is_bound and form.is_valid():
        try:
            initiatives.withdraw(initiative=initiative, by=request.user, reason=form.cleaned_data["reason"])
        except InitiativeError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your plan is withdrawn. The page stays, with your reason."))
            return redirect(back)
    give_back(request, form)
    return _page(request, initiative, "", "initiatives/edit/withdraw.html", form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_team("initiatives.speak_for")
def step(request: MunicipalityRequest, initiative: Initiative) -> HttpResponse:
    """Beginning when it was agreed, finishing when it is being carried out: asked once more, then done."""
    back = initiative.get_absolute_url()
    steps = {
        InitiativeState.AGREED: (initiatives.start, _("Have you begun?"), _("Yes, we have begun"), _("Good luck!")),
        InitiativeState.IN_EXECUTION: (
            initiatives.finish,
            _("Is your plan finished?"),
            _("Yes, it is finished"),
            _("Well done! The municipality looks back on it with you."),
        ),
    }
    known = steps.get(InitiativeState(initiative.state))
    if known is None:
        messages.info(request, _("There is no step for you to take now."))
        return redirect(back)
    service, question, submit, told = known
    if request.method == "POST":
        try:
            service(initiative=initiative, by=request.user)
        except InitiativeError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, told)
        return redirect(back)
    text = _("Everybody sees it on your page, and your followers are told.")
    return render(
        request,
        "components/confirm.html",
        {"title": question, "text": text, "submit": submit, "cancel_url": back},
    )


def _page(
    request: MunicipalityRequest, initiative: Initiative, here: str, template: str, **context: Any
) -> HttpResponse:
    return render(request, template, {"initiative": initiative, "menu": team_menu(initiative, here), **context})
