"""The klussenbank: asking for hands, offering them, matching, closing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from initiatives.enums import HandsState, OfferState
from initiatives.errors import InitiativeError
from initiatives.forms.extras import AskHandsForm, OfferForm
from initiatives.models import HandsOffer, HandsRequest, Initiative
from initiatives.queries import hands as queries
from initiatives.services import hands
from initiatives.views._shared import for_team, team_menu
from initiatives.views._staff import second_key_first

ON_A_PAGE = 30


def part(request: MunicipalityRequest, initiative: Initiative) -> dict[str, Any] | None:
    """The part on the public page: what is asked, without who offers."""
    rows = queries.open_for(initiative)
    may_ask = request.user.has_perm("initiatives.speak_for", initiative) and hands.may_be_asked_for(initiative)
    may_see = may_ask or request.user.has_perm("initiatives.see_work", request.municipality)
    if not rows and not may_ask:
        return None
    return {"template": "initiatives/public/hands.html", "rows": rows, "may_ask": may_ask, "may_see": may_see}


@require_safe
@permission_required("initiatives.see_work")
def index(request: MunicipalityRequest) -> HttpResponse:
    """Everything that is asked in this municipality, with the numbers."""
    state = request.GET.get("staat", HandsState.OPEN)
    page = Paginator(queries.requests_of(request.municipality, state=state), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "initiatives/staff/hands.html",
        {
            "page": page,
            "state": state if state in HandsState.values else "",
            "states": [("", _("All")), *HandsState.choices],
            "totals": queries.totals(request.municipality),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.handle")
def ask_for_sector(request: MunicipalityRequest) -> HttpResponse:
    """A sector asks."""
    back = reverse("initiatives:hands", args=[request.municipality.slug])
    form = AskHandsForm(request.POST or None, municipality=request.municipality, cancel_url=back, for_initiative=False)
    made = _asked(request, form, None)
    if made is not None:
        return redirect("initiatives:hands_request", request.municipality.slug, made.pk)
    return render(
        request, "initiatives/staff/hands_ask.html", {"form": form, "back": back}, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_team("initiatives.speak_for")
def ask_for_team(request: MunicipalityRequest, initiative: Initiative) -> HttpResponse:
    """An initiative asks."""
    form = AskHandsForm(
        request.POST or None,
        municipality=request.municipality,
        cancel_url=initiative.get_absolute_url(),
        for_initiative=True,
    )
    made = _asked(request, form, initiative)
    if made is not None:
        return redirect("initiatives:hands_request", request.municipality.slug, made.pk)
    return render(
        request,
        "initiatives/edit/hands.html",
        {"initiative": initiative, "menu": team_menu(initiative, "handen"), "form": form},
        status=422 if form.is_bound else 200,
    )


def _asked(request: MunicipalityRequest, form: AskHandsForm, initiative: Initiative | None) -> HandsRequest | None:
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        made = hands.ask(municipality=request.municipality, by=request.user, initiative=initiative, **form.cleaned_data)
    except InitiativeError as error:
        form.add_error(None, str(error))
    except ValidationError as error:
        form.add_error(None, error.messages)
    else:
        messages.success(request, _("Your request stands in the klussenbank."))
        return made
    return None


@require_safe
def one(request: MunicipalityRequest, number: int) -> HttpResponse:
    """One request, for who asked and for who works here; for others it does not exist."""
    row = _found(request, number)
    if isinstance(row, HttpResponse):
        return row
    works_here = request.user.has_perm("initiatives.see_work", request.municipality)
    runs = hands.may_run(request.user, row)
    mine = row.offers.filter(user=request.user).first()
    return render(
        request,
        "initiatives/hands_request.html",
        {
            "row": row,
            "runs": runs,
            "offers": list(row.offers.select_related("user")) if runs else [],
            "taken": list(row.offers.filter(state=OfferState.ACCEPTED).select_related("user")) if runs else [],
            "mine": mine,
            "form": OfferForm(instance=mine, action=_url(row, "hands_offer"))
            if works_here and row.state == HandsState.OPEN and (mine is None or mine.state != OfferState.ACCEPTED)
            else None,
            "base": "base_staff.html" if works_here else "base.html",
            "is_open": row.state in (HandsState.OPEN, HandsState.MATCHED),
        },
    )


@require_POST
@permission_required("initiatives.see_work")
def offer(request: MunicipalityRequest, number: int) -> HttpResponse:
    """Offer hours, or take one's offer back."""
    row = get_object_or_404(HandsRequest, pk=number, municipality=request.municipality)
    if request.POST.get("terug"):
        mine = get_object_or_404(HandsOffer, request=row, user=request.user)
        return _done(request, row, lambda: hands.withdraw(offer=mine, by=request.user), _("Your offer is taken back."))
    form = OfferForm(request.POST, action="")
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
        return redirect(_url(row))
    return _done(
        request,
        row,
        lambda: hands.offer(request=row, by=request.user, **form.cleaned_data),
        _("Thank you. Who asked hears of your offer."),
    )


@require_POST
def answer(request: MunicipalityRequest, number: int, offer_number: int) -> HttpResponse:
    """Take an offer, or not."""
    row = _found(request, number)
    if isinstance(row, HttpResponse):
        return row
    made = get_object_or_404(HandsOffer, pk=offer_number, request=row)
    accept = request.POST.get("antwoord") == "ja"
    return _done(
        request,
        row,
        lambda: hands.answer(offer=made, accept=accept, by=request.user),
        _("You took this offer.") if accept else _("You said that it is not needed."),
    )


@require_POST
def close(request: MunicipalityRequest, number: int) -> HttpResponse:
    """The work is done, with everybody's hours, or it stops."""
    row = _found(request, number)
    if isinstance(row, HttpResponse):
        return row
    done: dict[int, int] | None = None
    if request.POST.get("klaar"):
        done = {}
        for key, value in request.POST.items():
            text = str(value)
            if key.startswith("uren-") and key[5:].isdecimal() and len(key) < 20:
                done[int(key[5:])] = int(text) if text.isdecimal() and len(text) < 7 else -1
    return _done(
        request, row, lambda: hands.close(request=row, by=request.user, done=done), _("The request is closed.")
    )


def _found(request: MunicipalityRequest, number: int) -> HandsRequest | HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    row = (
        HandsRequest.objects.select_related("municipality", "initiative__municipality", "sector", "asked_by")
        .filter(pk=number, municipality=request.municipality)
        .first()
    )
    if row is None:
        raise Http404
    if row.initiative is not None and request.user.has_perm("initiatives.speak_for", row.initiative):
        return row
    if not request.user.has_perm("initiatives.see_work", request.municipality):
        raise Http404
    if not request.user.has_perm("initiatives.read_inside", request.municipality):
        return second_key_first(request)
    return row


def _done(request: MunicipalityRequest, row: HandsRequest, act: Any, told: str) -> HttpResponse:
    try:
        act()
    except (InitiativeError, ValidationError) as error:
        messages.error(request, " ".join(error.messages) if isinstance(error, ValidationError) else str(error))
    else:
        messages.success(request, told)
    return redirect(_url(row))


def _url(row: HandsRequest, name: str = "hands_request") -> str:
    return reverse(f"initiatives:{name}", args=[row.municipality.slug, row.pk])
