"""For who chairs or takes notes, resident or not: the programme, who is there, the minutes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.models import User
from foundation.core import clock, pdf
from foundation.meetings.addresses import address
from foundation.meetings.enums import ActionState
from foundation.meetings.errors import ChangedMeanwhile, MeetingError
from foundation.meetings.forms.people import ActionForm, AttachForm, DecisionForm, ItemForm, MinutesForm
from foundation.meetings.models import ActionPoint, AgendaItem, Meeting
from foundation.meetings.queries import lists, pages
from foundation.meetings.services import agenda as agenda_service
from foundation.meetings.services import meetings as meeting_service
from foundation.meetings.services import minutes as minutes_service
from foundation.meetings.services import registration
from foundation.meetings.views._shared import here, leading, meeting_or_404
from foundation.municipalities.tenancy import MunicipalityRequest


def _number(text: str) -> int:
    """A number from a form, or a 404."""
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise Http404
    return int(text)


@leading("meetings.lead")
def agenda(request: MunicipalityRequest, meeting: Meeting) -> HttpResponse:
    """The programme: add, change, order, take away; and the documents."""
    back = here("agenda", meeting)
    forms: dict[int, ItemForm] = {}
    attach = AttachForm()
    changing = None
    if request.method == "POST":
        try:
            answer, forms, attach = _change_agenda(request, meeting)
        except (MeetingError, ValidationError) as error:
            messages.error(request, " ".join(error.messages) if isinstance(error, ValidationError) else str(error))
            return redirect(back)
        if answer:
            messages.success(request, answer)
            return redirect(back)
    elif request.GET.get("regel"):
        item = get_object_or_404(AgendaItem, part__meeting=meeting, pk=_number(request.GET["regel"]))
        changing = ItemForm(item=item, hidden={"doe": "wijzig", "regel": item.pk}, cancel_url=back)
    programme = pages.programme_of(meeting)
    shown = [
        (timed, forms.get(timed.part.pk) or ItemForm(item=None, hidden={"doe": "regel", "part": timed.part.pk}))
        for timed in programme
    ]
    context = {
        "meeting": meeting,
        "when": lists.when_of(meeting),
        "programme": shown,
        "several": len(shown) > 1,
        "returning": list(pages.returning(meeting)[:50]),
        "attachments": list(meeting.attachments.all()),
        "attach": attach,
        "changing": changing or forms.get(0),
    }
    return render(request, "meetings/agenda.html", context)


def _change_agenda(request: HttpRequest, meeting: Meeting) -> tuple[str, dict[int, ItemForm], AttachForm]:
    """Do one thing; "" with the forms that hold what was typed when something is wrong."""
    do, by = request.POST.get("doe", ""), request.user
    if do == "regel":
        part = get_object_or_404(meeting.parts.filter(dropped_at=None), pk=_number(request.POST.get("part", "")))
        form = ItemForm(request.POST, item=None, hidden={"doe": "regel", "part": part.pk})
        if not form.is_valid():
            return "", {part.pk: form}, AttachForm()
        facts = {name: form.cleaned_data[name] for name in ("title", "minutes", "who", "text")}
        agenda_service.add_item(part=part, by=by, **facts)  # type: ignore[arg-type]
        return _("It stands in the programme."), {}, AttachForm()
    if do == "stuk":
        attach = AttachForm(request.POST, request.FILES)
        if not attach.is_valid():
            return "", {}, attach
        try:
            agenda_service.attach(meeting=meeting, by=by, **_of(attach, "title", "file"))  # type: ignore[arg-type]
        except ValidationError as error:
            attach.add_error("file", error)
            return "", {}, attach
        return _("The document is added."), {}, AttachForm()
    if do == "stuk-weg":
        found = get_object_or_404(meeting.attachments, pk=_number(request.POST.get("stuk", "")))
        agenda_service.detach(attachment=found, by=by)  # type: ignore[arg-type]
        return _("The document is taken away."), {}, AttachForm()
    item = get_object_or_404(AgendaItem, part__meeting=meeting, pk=_number(request.POST.get("regel", "")))
    if do == "wijzig":
        form = ItemForm(
            request.POST, item=item, hidden={"doe": "wijzig", "regel": item.pk}, cancel_url=here("agenda", meeting)
        )
        if not form.is_valid():
            return "", {0: form}, AttachForm()
        agenda_service.change_item(item=item, by=by, **_of(form, "title", "minutes", "who", "text"))  # type: ignore[arg-type]
        return _("The line is saved."), {}, AttachForm()
    if do in ("omhoog", "omlaag"):
        agenda_service.move_item(item=item, by=by, up=do == "omhoog")  # type: ignore[arg-type]
        return _("The order is changed."), {}, AttachForm()
    if do == "weg":
        agenda_service.remove_item(item=item, by=by)  # type: ignore[arg-type]
        return _("The line is taken away."), {}, AttachForm()
    raise Http404


def _of(form: Any, *names: str) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in names}


@leading("meetings.check_in")
def attendance(request: MunicipalityRequest, meeting: Meeting) -> HttpResponse:
    """Who is there: a list of boxes that works on a telephone, without JavaScript."""
    rows = pages.attendance(meeting)
    if request.method == "POST":
        try:
            if request.POST.get("doe") == "erbij":
                registration.walk_in(meeting=meeting, name=request.POST.get("naam", ""), by=request.user)
                messages.success(request, _("They are on the list."))
            else:
                shown = {row.pk for row in rows} & {
                    int(text) for text in request.POST.getlist("getoond") if text.isascii() and text.isdigit()
                }
                there = set(request.POST.getlist("aanwezig"))
                came: dict[int, bool | None] = {pk: str(pk) in there for pk in shown}
                registration.check_in(meeting=meeting, came=came, by=request.user)
                messages.success(request, _("The list is saved."))
        except MeetingError as error:
            messages.error(request, str(error))
        return redirect(here("attendance", meeting))
    return render(
        request,
        "meetings/attendance.html",
        {
            "meeting": meeting,
            "when": lists.when_of(meeting),
            "rows": rows,
            "present": sum(1 for row in rows if row.came),
            "begun": meeting.starts_at <= clock.now(),
        },
    )


@leading("meetings.check_in")
@require_safe
def attendance_print(request: MunicipalityRequest, meeting: Meeting) -> HttpResponse:
    """The list on paper, with room to sign."""
    return render(
        request,
        "meetings/attendance_print.html",
        {"meeting": meeting, "when": lists.when_of(meeting), "rows": pages.attendance(meeting)},
    )


@leading("meetings.check_in")
@require_POST
def held(request: MunicipalityRequest, meeting: Meeting) -> HttpResponse:
    """It took place."""
    try:
        meeting_service.mark_held(meeting=meeting, by=request.user)
    except MeetingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Noted: the meeting was held."))
    return redirect(meeting)


# --- Minutes ---------------------------------------------------------------------------------------------------------------


@require_safe
def minutes(request: MunicipalityRequest, meeting_id: int) -> HttpResponse:
    """Minutes, decisions and action points, for who may read them."""
    meeting = _readable(request, meeting_id)
    return render(request, "meetings/minutes.html", pages.report(meeting, request.user))


@require_safe
def minutes_pdf(request: MunicipalityRequest, meeting_id: int) -> HttpResponse:
    """The same, as an accessible PDF."""
    meeting = _readable(request, meeting_id)
    response = HttpResponse(
        pdf.render("report", pages.pdf_context(meeting, request.user)), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="notulen-{meeting.pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def _readable(request: MunicipalityRequest, meeting_id: int) -> Meeting:
    meeting = meeting_or_404(request, meeting_id)
    if not pages.may_read_minutes(meeting, pages.minutes_of(meeting), request.user):
        raise Http404
    return meeting


@leading("meetings.write_minutes")
def minutes_write(request: MunicipalityRequest, meeting: Meeting) -> HttpResponse:
    """Write minutes, decisions and action points; nothing of another note-taker is ever overwritten."""
    now_there = pages.minutes_of(meeting)
    start = {"text": now_there.text if now_there else "", "version": now_there.version if now_there else 0}
    people = {row.user_id: str(row) for row in pages.attendance(meeting) if row.user_id}
    people |= {person.pk: str(person) for person in (meeting.chair, meeting.note_taker) if person is not None}
    do = request.POST.get("doe", "")
    forms: dict[str, Any] = {
        "tekst": MinutesForm(request.POST if do == "tekst" else None, initial=start),
        "besluit": DecisionForm(request.POST if do == "besluit" else None),
        "actie": ActionForm(request.POST if do == "actie" else None, people=people),
    }
    theirs = None
    if request.method == "POST":
        if do == "besluit-weg":
            found = get_object_or_404(meeting.decisions, pk=_number(request.POST.get("besluit", "")))
            minutes_service.strike_decision(decision=found, by=request.user)
            messages.success(request, _("The decision is taken out."))
            return redirect(here("minutes_write", meeting))
        form = forms.get(do)
        if form is None:
            raise Http404
        if form.is_valid():
            try:
                _write(meeting, do, form.cleaned_data, request.user)
            except ChangedMeanwhile as error:
                theirs = error.current
                assert theirs is not None
                data = request.POST.copy()
                data["version"] = str(theirs.version)
                forms["tekst"] = MinutesForm(data, submit=_("Save my text, with theirs worked in"))
                forms["tekst"].is_valid()
                forms["tekst"].add_error(None, str(error))
            except MeetingError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Saved."))
                return redirect(f"{here('minutes_write', meeting)}#{do}")
    return render(
        request,
        "meetings/minutes_write.html",
        {**pages.report(meeting, request.user), "forms": forms, "theirs": theirs},
    )


def _write(meeting: Meeting, do: str, data: dict[str, Any], by: Any) -> None:
    if do == "tekst":
        minutes_service.save(meeting=meeting, by=by, text=data["text"], version=data["version"])
    elif do == "besluit":
        minutes_service.decide(meeting=meeting, by=by, text=data["text"])
    else:
        owner = User.objects.filter(pk=data["owner"]).first() if data["owner"] else None
        minutes_service.add_action(
            meeting=meeting,
            by=by,
            text=data["text"],
            owner=owner,
            owner_name=data["owner_name"],
            due_on=data["due_on"],
        )


@leading("meetings.publish_minutes")
@require_POST
def minutes_publish(request: MunicipalityRequest, meeting: Meeting) -> HttpResponse:
    """Publish the minutes, or make them a draft again."""
    try:
        if request.POST.get("doe") == "terug":
            minutes_service.take_back(meeting=meeting, by=request.user)
            messages.success(request, _("The minutes are a draft again."))
        else:
            minutes_service.publish(meeting=meeting, by=request.user)
            messages.success(request, _("The minutes are published. Who was there is told."))
    except MeetingError as error:
        messages.error(request, str(error))
    return redirect(here("minutes", meeting))


@require_POST
def action_point(request: MunicipalityRequest, meeting_id: int) -> HttpResponse:
    """Say that an action point is done; its owner may, and who leads or minutes."""
    meeting = meeting_or_404(request, meeting_id)
    point = get_object_or_404(
        ActionPoint.objects.filter(series=meeting.series_id), pk=_number(request.POST.get("punt", ""))
    )
    state = request.POST.get("stand", ActionState.DONE)
    if state not in ActionState.values:
        raise Http404
    try:
        minutes_service.close_action(point=point, state=state, by=request.user)
    except PermissionDenied as error:
        raise Http404 from error
    messages.success(request, _("Saved."))
    if request.POST.get("terug") == "notulen":
        return redirect(f"{address('minutes', meeting.series, point.meeting_id)}#actiepunten")
    return redirect(meeting)
