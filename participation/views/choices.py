"""Choosing a form with the aid: the list, the questions, the advice, the choice; and its part on the pages of a process."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.core.refused import tell
from foundation.core.wording import short_day
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from participation import choice as computing
from participation.enums import Form, Level
from participation.errors import ParticipationError
from participation.forms.choices import (
    AnswersForm,
    BeginProcessForm,
    MakeForm,
    SubjectForm,
    TieForm,
    initial_answers,
)
from participation.models import Choice, Process
from participation.queries import choices as queries
from participation.services import choices as services
from participation.services import phases
from participation.views._shared import process_or_404

PER_PAGE = 25


@require_safe
@permission_required("participation.see_work")
def index(request: MunicipalityRequest) -> HttpResponse:
    """The choices that are being made and were made."""
    page = Paginator(queries.listed(request.municipality), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "participation/choice/index.html",
        {
            "page": page,
            "lines": [_line(row) for row in page],
            "may_run": request.user.has_perm("participation.run", request.municipality),
            "may_set_up": request.user.has_perm("participation.set_up", request.municipality),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def new(request: MunicipalityRequest) -> HttpResponse:
    """Begin a choice: its subject."""
    wished = request.GET.get("proces", "")
    process = queries.processes_to_tie(request.municipality).filter(slug=wished).first() if wished else None
    initial = {"subject": process.title, "sector": process.sector_id, "process": process} if process else {}
    form = SubjectForm(
        request.POST or None,
        municipality=request.municipality,
        cancel_url=_url("choices", request),
        initial=initial,
    )
    if form.is_bound and form.is_valid():
        try:
            made = services.begin(municipality=request.municipality, by=request.user, **form.cleaned_data)
        except (ParticipationError, ValidationError) as error:
            tell(form, error)
        else:
            return redirect("participation:choice", request.municipality.slug, made.pk)
    return _form(
        request,
        form,
        _("Which form fits?"),
        _("In five minutes you see which form of participation fits your subject, why, and what would change that."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def answer(request: MunicipalityRequest, pk: int) -> HttpResponse:
    """The questions on one page; half of them is fine, the rest can follow."""
    choice = _choice(request, pk)
    if choice.is_made:
        return redirect("participation:choice_advice", request.municipality.slug, pk)
    later = "later" in request.POST
    form = AnswersForm(
        request.POST if request.method == "POST" else None,
        aid=choice.aid.aid,
        partial=later,
        initial={**initial_answers(choice.answers), "version": choice.version},
    )
    if form.is_bound:
        valid = form.is_valid()
        try:
            # What was answered is kept, also when something is missing still.
            kept = services.answer(
                choice=choice, by=request.user, version=form.cleaned_data.get("version"), answers=form.answers
            )
        except ParticipationError as error:
            tell(form, error)
        else:
            if valid and later:
                messages.success(request, _("Your answers are kept. Go on when it suits you."))
                return redirect("participation:choices", request.municipality.slug)
            if valid:
                return redirect("participation:choice_advice", request.municipality.slug, pk)
            form.data = _with_version(form, kept.version)
    return render(
        request,
        "participation/choice/answer.html",
        {
            "choice": choice,
            "form": form,
            "count": len(choice.aid.aid.questions),
            "open": len(computing.unanswered(choice.aid.aid, choice.answers)),
        },
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.see_work")
def advice(request: MunicipalityRequest, pk: int) -> HttpResponse:
    """The advice with its reasons; until the choice is made also the form to make it."""
    choice = _choice(request, pk)
    if choice.is_made:
        return render(request, "participation/choice/advice.html", _made(request, choice))
    aid = choice.aid.aid
    if computing.unanswered(aid, choice.answers):
        messages.info(request, _("Answer all questions first; then the advice follows."))
        return redirect("participation:choice", request.municipality.slug, pk)
    told = computing.advise(aid, choice.answers)
    form = MakeForm(
        request.POST if request.method == "POST" else None,
        aid=aid,
        advice=told,
        initial={"version": choice.version},
    )
    if form.is_bound and form.is_valid():
        try:
            services.make(choice=choice, by=request.user, **form.cleaned_data)
        except (ParticipationError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, _("The choice is made. It stays as it is, with its reasons."))
            return redirect("participation:choice_advice", request.municipality.slug, pk)
    return render(
        request,
        "participation/choice/advice.html",
        {"choice": choice, "form": form, **queries.outcome(aid, choice.answers, advice=told)},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def begin(request: MunicipalityRequest, pk: int) -> HttpResponse:
    """Begin a process with this choice."""
    choice = _free(request, pk)
    back = reverse("participation:choice_advice", args=[request.municipality.slug, pk])
    form = BeginProcessForm(
        request.POST or None,
        cancel_url=back,
        initial={"title": choice.subject, "starts_on": phases.in_two_weeks()},
    )
    if form.is_bound and form.is_valid():
        try:
            process = services.begin_process(choice=choice, by=request.user, **form.cleaned_data)
        except (ParticipationError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, _("The preparation stands. Now write the plan; nobody outside sees it yet."))
            return redirect("participation:plan", request.municipality.slug, process.slug)
    lead = _("It gets the phases of this form: %(form)s.") % {"form": choice.get_form_display()}
    return _form(request, form, _("Begin a process with this choice"), lead)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def tie(request: MunicipalityRequest, pk: int) -> HttpResponse:
    """Tie this choice to a process that is there already."""
    choice = _free(request, pk)
    back = reverse("participation:choice_advice", args=[request.municipality.slug, pk])
    form = TieForm(request.POST or None, municipality=request.municipality, cancel_url=back)
    if form.is_bound and form.is_valid():
        process = form.cleaned_data["process"]
        try:
            services.attach(choice=choice, process=process, by=request.user)
        except (ParticipationError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, _("The choice belongs to the process now. Look whether its phases still fit."))
            return redirect("participation:staff", request.municipality.slug, process.slug)
    return _form(request, form, _("Tie the choice to a process"), choice.subject)


@require_POST
@permission_required("participation.run")
def throw_away(request: MunicipalityRequest, pk: int) -> HttpResponse:
    """Drop a choice that was not made."""
    try:
        services.throw_away(choice=_choice(request, pk), by=request.user)
    except ParticipationError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The choice that was not finished is gone."))
    return redirect("participation:choices", request.municipality.slug)


@require_safe
def why(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Why this form: for everybody, with the answers, the advice, and what was chosen earlier."""
    process = process_or_404(request, slug)
    tied = queries.of_process(process)
    if not tied:
        raise Http404
    return render(
        request,
        "participation/choice/why.html",
        {
            "process": process,
            "earlier": [
                {
                    "tied": row,
                    "form": Form(row.choice.form).label,
                    "advised": Form(row.choice.advised_form).label,
                    "follows": row.choice.follows_advice,
                }
                for row in tied[1:]
            ],
            **queries.story(tied[0]),
        },
    )


# --- In the slots of a process ---------------------------------------------------------------------------------------------


def aside(request: HttpRequest, process: Process) -> dict[str, Any] | None:
    """Why this form, beside the page of a process."""
    tied = process.choices.select_related("choice__aid").first()
    if tied is None:
        return None
    choice = tied.choice
    return {
        "template": "participation/choice/aside.html",
        "tied": tied,
        "choice": choice,
        "answers": queries.answered(choice.aid.aid, choice.answers),
        "url": reverse("participation:choice_why", args=[process.municipality.slug, process.slug]),
    }


def staff_aside(request: HttpRequest, process: Process) -> dict[str, Any] | None:
    """What was chosen and whether the plan still agrees, for staff; or where to begin."""
    tied = process.choices.select_related("choice__aid").defer("choice__aid__content").first()
    slug = process.municipality.slug
    return {
        "template": "participation/choice/staff_aside.html",
        "tied": tied,
        "choice": tied.choice if tied else None,
        "differs": tied is not None and tied.choice.form != process.form,
        "url": reverse("participation:choice_advice", args=[slug, tied.choice_id]) if tied else "",
        "new_url": f"{reverse('participation:choice_new', args=[slug])}?proces={process.slug}"
        if process.state in ("draft", "published")
        else "",
    }


def chapter(process: Process) -> dict[str, Any] | None:
    """How the form was chosen, for the final report."""
    tied = process.choices.select_related("choice__aid").first()
    if tied is None:
        return None
    choice = tied.choice
    chosen, advised = Form(choice.form).label, Form(choice.advised_form).label
    if choice.follows_advice:
        sentence = _("The choice aid advised: %(form)s. The municipality chose that form.") % {"form": advised}
    else:
        sentence = _("The choice aid advised: %(advised)s. The municipality chose otherwise: %(chosen)s.") % {
            "advised": advised,
            "chosen": chosen,
        }
    facts = [
        [_("Chosen form"), str(chosen)],
        [_("Level"), str(Level(choice.level).label)],
        [_("Advised form"), str(advised)],
        [_("Chosen on"), short_day(tied.at)],
    ]
    blocks: list[dict[str, Any]] = [{"kind": "facts", "items": facts}]
    if choice.reason:
        blocks.append({"kind": "paragraph", "text": choice.reason})
    return {"title": _("Why this form?"), "blocks": blocks, "sentence": sentence}


# --- Inside ----------------------------------------------------------------------------------------------------------------


def _choice(request: MunicipalityRequest, pk: int) -> Choice:
    found = queries.one(request.municipality, pk)
    if found is None:
        raise Http404
    return found


def _free(request: MunicipalityRequest, pk: int) -> Choice:
    """A choice that was made and belongs to no process yet."""
    choice = _choice(request, pk)
    if not choice.is_made or hasattr(choice, "of_process"):
        raise Http404
    return choice


def _made(request: MunicipalityRequest, choice: Choice) -> dict[str, Any]:
    tied = getattr(choice, "of_process", None)
    may = tied is None and request.user.has_perm("participation.run", request.municipality)
    return {"choice": choice, "tied": tied, "may_tie": may, **queries.kept_outcome(choice)}


def _line(row: Choice) -> dict[str, Any]:
    tied = getattr(row, "of_process", None)
    return {
        "choice": row,
        "process": tied.process if tied else None,
        "url": reverse(
            "participation:choice_advice" if row.is_made else "participation:choice",
            args=[row.municipality.slug, row.pk],
        ),
        "answered": len(row.answers),
    }


def _with_version(form: AnswersForm, version: int) -> Any:
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    data["version"] = str(version)
    return data


def _url(name: str, request: MunicipalityRequest) -> str:
    return reverse(f"participation:{name}", args=[request.municipality.slug])


def _form(request: MunicipalityRequest, form: Any, title: str, lead: str) -> HttpResponse:
    return render(
        request,
        "participation/choice/form.html",
        {"form": form, "title": title, "lead": lead},
        status=422 if form.is_bound else 200,
    )
