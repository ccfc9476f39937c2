"""Setting up and changing a municipality. The wizard and the settings pages are the same views; only the frame differs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.core.refused import add_errors
from foundation.municipalities import queries
from foundation.municipalities.enums import SetupStep, Theme
from foundation.municipalities.forms.people import InviteForm
from foundation.municipalities.forms.settings import (
    ByLawForm,
    CloseForm,
    DetailsForm,
    SectorForm,
    SectorsForm,
    StyleForm,
    posted,
)
from foundation.municipalities.models import Municipality, Sector
from foundation.municipalities.services import by_law as by_law_services
from foundation.municipalities.services import municipalities as services
from foundation.municipalities.services import sectors as sector_services
from foundation.municipalities.services.style import update_style
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from foundation.municipalities.theme import weak_pairs
from foundation.municipalities.views.people import send_invitations

STEPS = list(SetupStep)


def step_url(municipality: Municipality, step: SetupStep, *, wizard: bool) -> str:
    """Where a step is done: in the wizard, or among the settings."""
    if wizard:
        return reverse(f"municipalities:setup_{step.name.lower()}", args=[municipality.slug])
    if step == SetupStep.PEOPLE:
        return reverse("municipalities:people", args=[municipality.slug])
    return reverse(f"municipalities:settings_{step.name.lower()}", args=[municipality.slug])


def frame(request: MunicipalityRequest, step: SetupStep, *, wizard: bool) -> dict[str, Any]:
    """What every page of the wizard and of the settings shows around its form."""
    municipality = request.municipality
    number = STEPS.index(step)
    context: dict[str, Any] = {
        "step": step,
        "wizard": wizard,
        "number": number + 1,
        "total": len(STEPS),
        "explanation": queries.STEP_HELP[step],
        "submit": _("Save and go on") if wizard else _("Save"),
    }
    if wizard:
        context["path"] = queries.setup_path(
            municipality, step, lambda other: step_url(municipality, other, wizard=True)
        )
        context["previous"] = step_url(municipality, STEPS[number - 1], wizard=True) if number else ""
        context["skip"] = step_url(municipality, STEPS[number + 1], wizard=True) if number + 1 < len(STEPS) else ""
    return context


def saved(request: MunicipalityRequest, step: SetupStep, *, wizard: bool) -> HttpResponse:
    """After a step was saved: on to the next, or back to the settings page."""
    services.save_step(municipality=request.municipality, step=step, by=request.user)
    request.municipality.refresh_from_db()
    if wizard:
        return redirect(step_url(request.municipality, STEPS[STEPS.index(step) + 1], wizard=True))
    messages.success(request, _("Saved."))
    return redirect(step_url(request.municipality, step, wizard=False))


def page(request: MunicipalityRequest, template: str, context: dict[str, Any], *forms: Any) -> HttpResponse:
    """422 when a form was refused: htmx and tests see it, browsers show the page."""
    refused = any(form.is_bound and form.errors for form in forms)
    return render(request, template, context, status=422 if refused else 200)


@require_safe
@permission_required("municipalities.manage")
def setup(request: MunicipalityRequest) -> HttpResponse:
    """Goes on where setting up was left."""
    return redirect(step_url(request.municipality, queries.next_step(request.municipality), wizard=True))


@require_safe
@permission_required("municipalities.manage")
def settings_index(request: MunicipalityRequest) -> HttpResponse:
    """All settings on one page, with what each is for."""
    done = queries.steps_done(request.municipality)
    entries = [
        {
            "title": step.label,
            "text": queries.STEP_HELP[step],
            "url": step_url(request.municipality, step, wizard=False),
            "done": step in done,
        }
        for step in STEPS
    ]
    return render(request, "municipalities/setup/index.html", {"entries": entries})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("municipalities.manage")
def details(request: MunicipalityRequest, wizard: bool) -> HttpResponse:
    context = frame(request, SetupStep.DETAILS, wizard=wizard)
    # The form gets a copy: the frame around it keeps showing what is saved.
    copy = Municipality.objects.get(pk=request.municipality.pk)
    form = DetailsForm(posted(request), instance=copy, submit=context["submit"])
    if request.method == "POST" and form.is_valid():
        try:
            services.update_details(municipality=request.municipality, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return saved(request, SetupStep.DETAILS, wizard=wizard)
    return page(request, "municipalities/setup/form.html", {**context, "form": form}, form)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("municipalities.manage")
def style(request: MunicipalityRequest, wizard: bool) -> HttpResponse:
    context = frame(request, SetupStep.STYLE, wizard=wizard)
    form = StyleForm(
        posted(request),
        request.FILES if request.method == "POST" else None,
        municipality=request.municipality,
        submit=context["submit"],
    )
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            update_style(
                municipality=request.municipality,
                by=request.user,
                theme=data["theme"],
                words=form.words,
                theme_file=data["theme_file"],
                logo=data["logo"],
                remove_logo=data.get("remove_logo", False),
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            weak = weak_pairs(data["theme_file"]) if data["theme_file"] else []
            for text, ground, ratio in weak:
                messages.warning(
                    request,
                    _(
                        "%(text)s on %(ground)s has a contrast of %(ratio)s; at least 4.5 is needed to be readable for everybody."
                    )
                    % {"text": text, "ground": ground, "ratio": number_format(ratio, 1)},
                )
            return saved(request, SetupStep.STYLE, wizard=wizard and not weak)
    return page(request, "municipalities/setup/style.html", {**context, "form": form}, form)


@require_safe
@permission_required("municipalities.manage")
def style_preview(request: MunicipalityRequest) -> HttpResponse:
    """The building blocks in a theme, before it is chosen (``?thema=``); nothing is saved."""
    chosen = request.GET.get("thema", "")
    if chosen in (Theme.AANZET, Theme.VOORBEELD):
        request.municipality.theme = chosen
        request.municipality.theme_css = ""
    return render(request, "municipalities/setup/style_preview.html", {"chosen": chosen})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("municipalities.manage")
def sectors(request: MunicipalityRequest, wizard: bool) -> HttpResponse:
    context = frame(request, SetupStep.SECTORS, wizard=wizard)
    if request.method == "POST" and "next" in request.POST:
        return saved(request, SetupStep.SECTORS, wizard=wizard)
    form = SectorsForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            sector_services.add_sectors(municipality=request.municipality, names=form.lines, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The sectors were added."))
            return redirect(step_url(request.municipality, SetupStep.SECTORS, wizard=wizard))
    return page(
        request,
        "municipalities/setup/sectors.html",
        {**context, "form": form, "sectors": queries.sectors_of(request.municipality)},
        form,
    )


def _back_to_sectors(request: MunicipalityRequest) -> HttpResponse:
    wizard = bool(request.GET.get("inrichten"))
    return redirect(step_url(request.municipality, SetupStep.SECTORS, wizard=wizard))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("municipalities.manage")
def sector_rename(request: MunicipalityRequest, sector_id: int) -> HttpResponse:
    sector = get_object_or_404(
        Sector.objects.select_related("municipality"), municipality=request.municipality, pk=sector_id
    )
    form = SectorForm(posted(request), instance=sector)
    old_name = sector.name
    if request.method == "POST" and form.is_valid():
        try:
            sector_services.rename_sector(sector=sector, name=form.cleaned_data["name"], by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _back_to_sectors(request)
    return page(request, "municipalities/setup/sector.html", {"form": form, "old_name": old_name}, form)


@require_POST
@permission_required("municipalities.manage")
def sector_remove(request: MunicipalityRequest, sector_id: int) -> HttpResponse:
    sector = get_object_or_404(
        Sector.objects.select_related("municipality"), municipality=request.municipality, pk=sector_id
    )
    try:
        sector_services.remove_sector(sector=sector, by=request.user)
        messages.success(request, _("%(name)s was removed.") % {"name": sector.name})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return _back_to_sectors(request)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("municipalities.manage")
def people_step(request: MunicipalityRequest) -> HttpResponse:
    """The step of the wizard; the whole list has a page of its own (views.people)."""
    context = frame(request, SetupStep.PEOPLE, wizard=True)
    if request.method == "POST" and "next" in request.POST:
        return saved(request, SetupStep.PEOPLE, wizard=True)
    form = InviteForm(posted(request), sectors=queries.sectors_of(request.municipality))
    if request.method == "POST" and form.is_valid() and send_invitations(request, form):
        return redirect(step_url(request.municipality, SetupStep.PEOPLE, wizard=True))
    return page(
        request,
        "municipalities/setup/people.html",
        {
            **context,
            "form": form,
            "people": queries.people_of(request.municipality),
            "invitations": queries.open_invitations(request.municipality),
        },
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("municipalities.manage")
def by_law(request: MunicipalityRequest, wizard: bool) -> HttpResponse:
    context = frame(request, SetupStep.BY_LAW, wizard=wizard)
    law = by_law_services.ensure_by_law(request.municipality)
    form = ByLawForm(posted(request), instance=law, submit=context["submit"])
    if request.method == "POST" and form.is_valid():
        try:
            by_law_services.update_by_law(municipality=request.municipality, by=request.user, **form.values)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return saved(request, SetupStep.BY_LAW, wizard=wizard)
    return page(request, "municipalities/setup/form.html", {**context, "form": form}, form)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("municipalities.manage")
def open_step(request: MunicipalityRequest, wizard: bool) -> HttpResponse:
    """The check before opening; when it is open already, hiding it."""
    context = frame(request, SetupStep.OPEN, wizard=wizard)
    municipality = request.municipality
    form = CloseForm(request.POST if "reason" in request.POST else None)
    if request.method == "POST":
        try:
            if municipality.is_published:
                if form.is_valid():
                    services.close_municipality(
                        municipality=municipality, by=request.user, reason=form.cleaned_data["reason"]
                    )
                    messages.success(request, _("The pages are hidden from everybody but your colleagues."))
                    return redirect(request.path)
            else:
                services.open_municipality(municipality=municipality, by=request.user)
                messages.success(request, _("%(name)s is open for everybody.") % {"name": municipality.name})
                return redirect(municipality.get_absolute_url())
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(request.path)
    checks: list[dict[str, Any]] = [
        {"check": check, "url": step_url(municipality, check.step, wizard=wizard)}
        for check in queries.opening_checks(municipality)
    ]
    ready = all(entry["check"].fine for entry in checks if entry["check"].needed)
    return page(
        request, "municipalities/setup/open.html", {**context, "form": form, "checks": checks, "ready": ready}, form
    )
