"""Fetching cohorts and labs, the doors of their pages, and the menu of a lab."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from changelab.models import Cohort, Lab
from foundation.accounts import second_factor
from foundation.core import typed
from foundation.core.refused import send
from learning_network.visibility import in_network

APP = "changelab"
View = Callable[..., HttpResponse]


def cohort_or_404(request: HttpRequest, slug: str) -> Cohort:
    """The cohort that this person may know of.

    Raises:
        Http404
    """
    found = Cohort.objects.select_related("programme").filter(slug=slug).first()
    if found is None or not request.user.has_perm("changelab.see_cohort", found):
        raise Http404
    return found


def lab_or_404(request: HttpRequest, cohort_slug: str, slug: str) -> Lab:
    """The lab at this address; that it is there everybody may know.

    Raises:
        Http404
    """
    rows = Lab.objects.select_related("cohort__programme", "municipality", "tenant", "series", "application")
    found = rows.filter(cohort__slug=cohort_slug, slug=slug).prefetch_related("areas").first()
    if found is None or not request.user.has_perm("changelab.see_cohort", found.cohort):
        raise Http404
    return found


def for_cohort(permission: str) -> Callable[[View], View]:
    """For who may do this in the cohort; the view gets the cohort. Log in first; who leads has a second factor."""

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, cohort: str, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                typed.keep(request, APP)
                return redirect_to_login(request.get_full_path())
            found = cohort_or_404(request, cohort)
            if not request.user.has_perm(permission, found):
                if not in_network(request.user):  # that there is such a page is not theirs to know
                    raise Http404
                raise PermissionDenied(_("This page is for who runs this cohort."))
            if permission != "changelab.apply" and (refused := second_factor.ask(request)) is not None:
                return refused
            return view(request, found, *args, **kwargs)

        return door

    return decorate


def for_lab(permission: str) -> Callable[[View], View]:
    """For who may do this in the lab; the view gets the lab. Log in first, 403 with an explanation for others."""

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, cohort: str, lab: str, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                typed.keep(request, APP)
                return redirect_to_login(request.get_full_path())
            found = lab_or_404(request, cohort, lab)
            if not request.user.has_perm(permission, found):
                raise PermissionDenied(_("This page is for people of this lab."))
            return view(request, found, *args, **kwargs)

        return door

    return decorate


def form_page(
    request: HttpRequest,
    form: BaseForm,
    act: Callable[[], Any],
    *,
    told: str,
    title: str,
    lab: Lab | None = None,
    cohort: Cohort | None = None,
    back: str = "",
    lead: str = "",
) -> HttpResponse:
    """A page with one form: what a service refuses stands beside the fields, what was typed stays.

    Args:
        act: calls the service with the cleaned form.
        lab, cohort: whose page it is, if any; a lab is of its own cohort.
        back: where to go when it is done; empty: to the page of what the service gave back.
    """
    typed.give_back(request, form, APP, _("What you typed stands below again. Look it over and send it."))
    sent = send(request, form, act, told=told)
    if sent.done:
        return redirect(back or sent.made)
    context = {
        "title": title,
        "lead": lead,
        "form": form,
        "cohort": lab.cohort if lab is not None else cohort,
        "lab": lab,
        "theirs": sent.theirs,
    }
    return render(request, "changelab/form.html", context)


def lab_menu(request: HttpRequest, lab: Lab, here: str) -> list[dict[str, Any]]:
    """The pages of a lab that this person may open, with the one that is open marked. Slices add their page here."""
    pages = [("lab", _("The lab"), "changelab:lab", "")]
    pages += [
        ("mensen", _("Who is in the room"), "changelab:people", "changelab.read_kitchen"),
        ("kaart", _("Stakeholders"), "changelab:stakeholders", ""),
        ("reis", _("The journey"), "changelab:journey", ""),
        ("obstakels", _("Obstacles"), "changelab:obstacles", ""),
        ("plan", _("Transfer plan"), "changelab:plans", ""),
        ("keuken", _("Sharing"), "changelab:kitchen", "changelab.read_kitchen"),
    ]
    return [
        {"name": name, "label": label, "url": reverse(url, args=[lab.cohort.slug, lab.slug]), "here": name == here}
        for name, label, url, permission in pages
        if not permission or request.user.has_perm(permission, lab)
    ]
