"""What comes after a yes: agreement, payments, talks, progress and looking back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.core import clock, pdf
from foundation.core.refused import saved_meanwhile, tell
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from initiatives.enums import InitiativeState
from initiatives.errors import InitiativeError
from initiatives.forms.agreements import AgreementForm, DayForm, EvaluationForm, ProgressForm, TalkForm
from initiatives.models import Agreement, ContactMoment, Initiative, Instalment
from initiatives.queries import agreements as queries
from initiatives.queries import page as page_queries
from initiatives.queries.case import latest
from initiatives.services import agreements
from initiatives.views._staff import second_key_first, staff_initiative


def public_part(request: Any, initiative: Initiative) -> dict[str, Any] | None:
    """The signed agreement and the progress, on the page that everybody reads."""
    found = queries.public_of(initiative)
    mine = initiative.state in agreements.TOLD_IN and request.user.has_perm("initiatives.edit", initiative)
    if found is None and not mine:
        return None
    return {"template": "initiatives/agreement/part_public.html", "found": found, "mine": mine}


def lessons_part(request: Any, initiative: Initiative) -> dict[str, Any] | None:
    """What came of it and what others can learn."""
    evaluation = queries.lessons_of(initiative)
    return {"template": "initiatives/agreement/lessons.html", "evaluation": evaluation} if evaluation else None


def staff_part(request: Any, initiative: Initiative) -> dict[str, Any] | None:
    """Agreement, progress and looking back, on the page of the case."""
    if initiative.state not in queries.AFTER_YES:
        return None
    return {
        "template": "initiatives/agreement/part_staff.html",
        "found": queries.of(initiative),
        "may_write": initiative.state in agreements.RUNNING
        and request.user.has_perm("initiatives.handle", request.municipality),
        "may_tell": initiative.state in agreements.TOLD_IN,
        "may_look_back": initiative.state == InitiativeState.FINISHED,
    }


def _for_both(request: MunicipalityRequest, slug: str) -> Initiative | HttpResponse:
    """The initiative for its team and for who works on it; others are told as little as elsewhere."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if request.user.has_perm("initiatives.read_inside", request.municipality):
        return staff_initiative(request, slug)
    initiative = page_queries.find(request.municipality, slug, request.user)
    of_team = initiative is not None and request.user.has_perm("initiatives.edit", initiative)
    if not of_team and request.user.has_perm("initiatives.see_work", request.municipality):
        return second_key_first(request)
    if initiative is None:
        raise Http404
    if not request.user.has_perm("initiatives.edit", initiative):
        raise PermissionDenied(_("Only the team of this initiative can do this."))
    return initiative


@require_safe
def agreement(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The whole agreement for the two sides, with its talks."""
    initiative = _for_both(request, slug)
    if isinstance(initiative, HttpResponse):
        return initiative
    found = queries.of(initiative)
    if found.agreement is None:
        raise Http404
    may_handle = request.user.has_perm("initiatives.handle", request.municipality)
    return render(
        request,
        "initiatives/agreement/page.html",
        {
            "initiative": initiative,
            "found": found,
            "may_handle": may_handle,
            "may_change": may_handle and initiative.state in agreements.RUNNING,
        },
    )


@require_safe
def document(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The agreement as accessible PDF, to sign and to keep."""
    initiative = _for_both(request, slug)
    if isinstance(initiative, HttpResponse):
        return initiative
    found = queries.of(initiative)
    if found.agreement is None:
        raise Http404
    response = HttpResponse(
        pdf.render("report", queries.pdf_context(initiative, found)), content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = f'inline; filename="overeenkomst-{initiative.slug}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.handle")
def write(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Write or change the agreement."""
    initiative = staff_initiative(request, slug)
    found = queries.of(initiative)
    form = AgreementForm(
        request.POST if request.method == "POST" else None,
        agreement=found.agreement,
        cancel_url=_case(initiative),
        parts=[(part.amount_cents, part.due_on) for part in found.instalments if not part.paid_on],
        talks=[(talk.on, talk.subject) for talk in found.talks if not talk.held_on],
    )
    return _save(
        request,
        initiative,
        form,
        title=_("The agreement"),
        lead=_("Write down together what you agree on. Once it is signed everybody can read it."),
        act=lambda data: agreements.save(
            initiative=initiative,
            by=request.user,
            instalments=form.parts,
            talks=form.talks,
            version=data["version"],
            **{name: data[name] for name in agreements.WRITABLE},
        ),
        told=_("The agreement is saved."),
        to=_url(initiative),
        changes_row=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.handle")
def sign(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Record that both sides signed."""
    initiative = staff_initiative(request, slug)
    row = get_object_or_404(Agreement.objects.select_related("initiative__municipality"), initiative=initiative)
    form = _day_form(request, initiative, _("Both sides signed it"), version=row.version)
    return _save(
        request,
        initiative,
        form,
        title=_("When was it signed?"),
        lead=_("From then on everybody can read the agreement on the page of the plan. The notes of talks stay out."),
        act=lambda data: agreements.sign(
            agreement=row, by=request.user, signed_on=data["day"], version=data["version"]
        ),
        told=_("The agreement is signed."),
        to=_url(initiative),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.handle")
def pay(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """Record that an instalment was paid."""
    initiative = staff_initiative(request, slug)
    row = get_object_or_404(
        Instalment.objects.select_related("agreement__initiative__municipality"),
        pk=number,
        agreement__initiative=initiative,
    )
    return _save(
        request,
        initiative,
        _day_form(request, initiative, _("It is paid")),
        title=_("When was it paid?"),
        act=lambda data: agreements.pay(instalment=row, by=request.user, paid_on=data["day"]),
        told=_("The payment is recorded."),
        to=_url(initiative),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.handle")
def talk(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """Record a talk."""
    initiative = staff_initiative(request, slug)
    row = get_object_or_404(
        ContactMoment.objects.select_related("agreement__initiative__municipality"),
        pk=number,
        agreement__initiative=initiative,
    )
    initial = {"held_on": row.held_on or clock.today(), "notes": row.notes}
    form = TalkForm(request.POST if request.method == "POST" else None, initial=initial, cancel_url=_url(initiative))
    return _save(
        request,
        initiative,
        form,
        title=_("The talk about: %(subject)s") % {"subject": row.subject},
        act=lambda data: agreements.hold(talk=row, by=request.user, held_on=data["held_on"], notes=data["notes"]),
        told=_("The talk is saved."),
        to=_url(initiative),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Tell how it goes: the team, or the municipality."""
    initiative = _for_both(request, slug)
    if isinstance(initiative, HttpResponse):
        return initiative
    back = initiative.get_absolute_url()
    form = ProgressForm(request.POST if request.method == "POST" else None, cancel_url=back)
    return _save(
        request,
        initiative,
        form,
        title=_("How does it go?"),
        act=lambda data: agreements.tell_progress(
            initiative=initiative,
            by=request.user,
            text=data["text"],
            on=data["on"],
            spent_cents=data["spent_cents"],
        ),
        told=_("Everybody can read how it goes."),
        to=back,
        template="initiatives/agreement/progress.html",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.handle")
def look_back(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Look back and close."""
    initiative = staff_initiative(request, slug)
    form = EvaluationForm(
        request.POST if request.method == "POST" else None,
        initial={"version": initiative.version},
        cancel_url=_case(initiative),
    )
    names = ("results", "went_well", "went_not", "spent_cents", "satisfaction", "goes_on")
    return _save(
        request,
        initiative,
        form,
        title=_("Look back on the plan"),
        lead=_("Do this together with the initiators. Everybody can read it, so that others learn from it."),
        act=lambda data: agreements.look_back(
            initiative=initiative,
            by=request.user,
            version=data["version"],
            **{name: data[name] for name in names},
        ),
        told=_("The look back is closed. Everybody can read it."),
        to=_case(initiative),
    )


def _day_form(request: MunicipalityRequest, initiative: Initiative, submit: str, version: int | None = None) -> DayForm:
    return DayForm(
        request.POST if request.method == "POST" else None,
        submit=submit,
        cancel_url=_url(initiative),
        initial={"version": version},
    )


def _case(initiative: Initiative) -> str:
    return reverse("initiatives:case", args=[initiative.municipality.slug, initiative.slug])


def _url(initiative: Initiative) -> str:
    return reverse("initiatives:agreement", args=[initiative.municipality.slug, initiative.slug])


def _save(
    request: MunicipalityRequest,
    initiative: Initiative,
    form: Any,
    *,
    title: str,
    act: Callable[[dict[str, Any]], Any],
    told: str,
    to: str,
    lead: str = "",
    template: str = "initiatives/staff/step.html",
    changes_row: bool = False,
) -> HttpResponse:
    """One form, one service; what was typed stays when it is refused.

    Args:
        to: where to go when it was done.
        changes_row: the form begins with what is saved; else the newest line of the timeline says what changed in between.
    """
    changed = False
    if form.is_bound and form.is_valid():
        try:
            act(form.cleaned_data)
        except (InitiativeError, ValidationError) as error:
            changed = tell(form, error)
        else:
            messages.success(request, told)
            return redirect(to)
    return render(
        request,
        template,
        {
            "initiative": initiative,
            "form": form,
            "title": title,
            "lead": lead,
            "back": to,
            "theirs": saved_meanwhile(form) if changed and changes_row else [],
            "latest": latest(initiative) if changed and not changes_row else None,
        },
        status=422 if form.is_bound else 200,
    )
