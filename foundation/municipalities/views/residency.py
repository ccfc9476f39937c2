"""Where a resident lives: by postcode, on the map or from the list; and its confirmation at the desk."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from foundation.core.refused import add_errors
from foundation.municipalities import queries
from foundation.municipalities.enums import Assurance
from foundation.municipalities.forms.people import DeskConfirmForm, DeskLookupForm, PostcodeForm, ResidencyForm
from foundation.municipalities.forms.settings import posted
from foundation.municipalities.models import Area, Residency
from foundation.municipalities.services import residency as services
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from foundation.municipalities.views.public import SMALL_MAP_WIDTH, _click


def _next(request: MunicipalityRequest) -> str:
    """Where the resident came from, such as a vote; only a page of this portal."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else ""


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def my_neighbourhood(request: MunicipalityRequest) -> HttpResponse:
    """Tell in which neighbourhood one lives, or change it."""
    municipality = request.municipality
    current = queries.residency_of(request.user, municipality)
    areas = queries.inhabited_neighbourhoods(municipality).order_by("name")
    candidates, notice = _candidates(request)
    looking_up = request.method == "POST" and request.POST.get("what") == "postcode"
    postcode_form = PostcodeForm(request.POST if looking_up else None)
    if postcode_form.is_bound and postcode_form.is_valid():
        candidates = queries.neighbourhoods_at_postcode(municipality, postcode_form.cleaned_data["postcode"])
        if not candidates:
            notice = _(
                "We don't know this postcode in %(name)s. Choose your neighbourhood from the list or on the map."
            ) % {"name": municipality.name}
    initial = {
        "neighbourhood": current.neighbourhood_id if current else None,
        "birth_year": current.birth_year if current else None,
    }
    if len(candidates) == 1:
        initial["neighbourhood"] = candidates[0].pk
    form = ResidencyForm(None if looking_up else posted(request), areas=areas, choices=candidates, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            services.declare_residency(
                municipality=municipality,
                by=request.user,
                neighbourhood=form.cleaned_data["neighbourhood"],
                birth_year=form.cleaned_data["birth_year"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(
                request, _("Saved: you live in %(name)s.") % {"name": form.cleaned_data["neighbourhood"].name}
            )
            return redirect(_next(request) or reverse("municipalities:my_neighbourhood", args=[municipality.slug]))
    return render(
        request,
        "municipalities/my_neighbourhood.html",
        {
            "residency": current,
            "form": form,
            "postcode_form": postcode_form,
            "candidates": candidates,
            "notice": notice,
            "obstacles": services.obstacles(current) if current else [],
            "has_shapes": areas.filter(geometry__isnull=False).exists(),
            "has_areas": areas.exists(),
            "map_width": SMALL_MAP_WIDTH,
            "next": _next(request),
        },
        status=422 if form.errors or postcode_form.errors else 200,
    )


def _candidates(request: MunicipalityRequest) -> tuple[list[Area], str]:
    """What was clicked on the map, or linked to by its code."""
    point = _click(request)
    if point is not None:
        found = queries.neighbourhood_at_click(request.municipality, *point, width=SMALL_MAP_WIDTH)
        return (
            ([found], "")
            if found
            else ([], _("There is no neighbourhood at that place. Try once more, or use the list."))
        )
    code = request.GET.get("buurt", "")
    if code:
        return list(queries.inhabited_neighbourhoods(request.municipality).filter(code=code)), ""
    return [], ""


@require_POST
@login_required
def forget(request: MunicipalityRequest) -> HttpResponse:
    """Take back where one lives."""
    current = get_object_or_404(Residency, user=request.user, municipality=request.municipality)
    try:
        services.remove_residency(residency=current, by=request.user)
        messages.success(request, _("We no longer know where you live."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("municipalities:my_neighbourhood", request.municipality.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("municipalities.confirm_residency")
@sensitive_post_parameters("email")
def desk(request: MunicipalityRequest) -> HttpResponse:
    """Look up a resident at the desk. By POST: an address does not belong in a URL or a log."""
    form = DeskLookupForm(posted(request))
    if request.method == "POST" and form.is_valid():
        found = Residency.objects.filter(
            municipality=request.municipality, user__email=form.cleaned_data["email"].strip().lower()
        ).first()
        if found is not None:
            return redirect("municipalities:desk_confirm", request.municipality.slug, found.pk)
        form.add_error(
            "email",
            _(
                "Nobody with this address has told that they live in %(name)s. Ask them to log in and choose their neighbourhood first."
            )
            % {"name": request.municipality.name},
        )
    return render(request, "municipalities/desk.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("municipalities.confirm_residency")
def desk_confirm(request: MunicipalityRequest, residency_id: int) -> HttpResponse:
    """Confirm that this person showed at the desk where they live."""
    found = get_object_or_404(
        Residency.objects.select_related("user", "neighbourhood", "municipality"),
        municipality=request.municipality,
        pk=residency_id,
    )
    back = reverse("municipalities:desk", args=[request.municipality.slug])
    form = DeskConfirmForm(posted(request), cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            services.confirm_at_desk(residency=found, by=request.user, seen=form.cleaned_data["seen"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Confirmed: %(name)s lives here.") % {"name": found.user})
            return redirect(back)
    return render(
        request,
        "municipalities/desk_confirm.html",
        {"form": form, "residency": found, "confirmed": found.assurance >= Assurance.DESK},
        status=422 if form.errors else 200,
    )
