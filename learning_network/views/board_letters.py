"""Letters of invitation and of confirmation: their words, the letters as PDF, and that they were sent."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.requests import PersonRequest
from foundation.core import clock
from foundation.core.refused import done, send
from foundation.notifications.queries import bad_addresses
from learning_network import letters, notifications_letters
from learning_network.enums import LetterKind, Stage
from learning_network.forms.board import LetterForm, SentForm
from learning_network.models import Enrolment, Programme
from learning_network.queries import board as queries
from learning_network.services import letters as services
from learning_network.views._shared import for_programme
from learning_network.views.board import frame
from learning_network.views.board_card import enrolment_or_404

USUAL_STAGE = {LetterKind.INVITATION: Stage.INVITED, LetterKind.CONFIRMATION: Stage.COMMITTED}


def _kind(kind: str) -> LetterKind:
    if kind not in LetterKind.values:
        raise Http404
    return LetterKind(kind)


@require_safe
@for_programme("learning_network.lead")
def overview(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Both letters: for whom of which stage, as PDF, and which were sent."""
    asked = request.GET.get("fase", "")
    rows = list(programme.enrolments.select_related("municipality").order_by("municipality__name"))
    sent = queries.sent_letters(row.pk for row in rows)
    parts = []
    for kind in LetterKind:
        stage = Stage(asked) if asked in Stage.values else USUAL_STAGE[kind]
        there = [row for row in rows if row.stage == stage]
        parts.append(
            {
                "kind": kind,
                "stage": stage,
                "form": SentForm(auto_id=f"id_{kind}_%s"),
                "rows": [{"row": row, "sent_on": sent.get(row.pk, {}).get(kind)} for row in there],
            }
        )
    context = {**frame(programme, "brieven"), "parts": parts, "stages": Stage, "asked": asked}
    return render(request, "learning_network/board/letters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_programme("learning_network.lead")
def words(request: PersonRequest, programme: Programme, kind: str) -> HttpResponse:
    """Change the words of a letter."""
    home = reverse("learning_network:board_letters", args=[programme.slug])
    kept = letters.words(programme, _kind(kind))
    form = LetterForm(request.POST or None, instance=kept, cancel_url=home)
    sent = send(
        request,
        form,
        lambda: services.save_words(
            programme=programme,
            kind=kind,
            by=request.user,
            version=form.cleaned_data["version"],
            **form.values(),
        ),
        told=_("The words of the letter are saved."),
    )
    if sent.done:
        return redirect(home)
    context = {
        **frame(programme, "brieven"),
        "title": _("Words of the %(letter)s") % {"letter": LetterKind(kind).label},
        "form": form,
        "theirs": sent.theirs,
        "home": home,
        "placeholders": letters.placeholders(),
    }
    return render(
        request, "learning_network/board/form.html", context, status=422 if form.is_bound and form.errors else 200
    )


@require_safe
@for_programme("learning_network.lead")
def one(request: PersonRequest, programme: Programme, code: str, kind: str) -> HttpResponse:
    """The letter to one municipality as it would be today."""
    row = enrolment_or_404(programme, code)
    return _pdf(programme, _kind(kind), [row], f"{kind}-{row.municipality.name}")


@require_safe
@for_programme("learning_network.lead")
def of_stage(request: PersonRequest, programme: Programme, kind: str) -> HttpResponse:
    """The letters to all municipalities of a stage in one PDF."""
    letter, stage = _kind(kind), request.GET.get("fase", "")
    if stage not in Stage.values:
        stage = USUAL_STAGE[letter]
    rows = list(programme.enrolments.filter(stage=stage).select_related("municipality").order_by("municipality__name"))
    if not rows:
        messages.error(request, _("No municipality stands at “%(stage)s”.") % {"stage": Stage(stage).label})
        return redirect("learning_network:board_letters", programme.slug)
    return _pdf(programme, letter, rows, f"{kind}-{stage}")


@require_safe
@for_programme("learning_network.lead")
def as_sent(request: PersonRequest, programme: Programme, code: str, number: int) -> HttpResponse:
    """A letter as it was when it was sent."""
    kept = enrolment_or_404(programme, code).sent_letters.filter(pk=number).first()
    if kept is None:
        raise Http404
    return _file(letters.render(programme, kept.kind, [kept.content]), f"{kept.kind}-{code}-{kept.sent_on}")


def _pdf(programme: Programme, kind: LetterKind, rows: list[Enrolment], name: str) -> HttpResponse:
    composed = letters.compose(programme, rows, letters.words(programme, kind), on=clock.today())
    return _file(letters.render(programme, kind, composed), name)


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{slugify(name)}.pdf"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@for_programme("learning_network.lead")
def mark_sent(request: PersonRequest, programme: Programme, kind: str) -> HttpResponse:
    """Keep that the letter went to the ticked municipalities."""
    letter = _kind(kind)
    form = SentForm(request.POST)
    ids = [int(text) for text in request.POST.getlist("id") if text.isdecimal() and len(text) < 16][:400]
    rows = list(programme.enrolments.filter(pk__in=ids).select_related("municipality"))
    back = redirect("learning_network:board_letters", programme.slug)
    if not rows:
        messages.error(request, _("Tick at least one municipality."))
        return back
    if not form.is_valid():
        messages.error(request, " ".join(str(one) for one in form.errors.get("sent_on", [])))
        return back
    try:
        made = services.mark_sent(
            programme=programme,
            kind=letter,
            enrolments=rows,
            sent_on=form.cleaned_data["sent_on"],
            by=request.user,
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return back
    words = ngettext("%(n)d letter is kept as sent.", "%(n)d letters are kept as sent.", len(made))
    messages.success(request, words % {"n": len(made)})
    if request.POST.get("naar") == "kaart":
        return redirect("learning_network:card", programme.slug, rows[0].municipality_id)
    return back


@require_http_methods(["GET", "HEAD", "POST"])
@for_programme("learning_network.lead")
def mail(request: PersonRequest, programme: Programme, code: str, kind: str) -> HttpResponse:
    """Look at a letter and the e-mail around it, then send it to the contact."""
    row, letter = enrolment_or_404(programme, code), _kind(kind)
    home = redirect("learning_network:card", programme.slug, code)
    if not row.contact_email:
        messages.error(request, _("Fill in the e-mail address of the contact first."))
        return home
    if request.method == "POST":
        try:
            key = UUID(request.POST.get("key", ""))
        except ValueError as error:
            raise Http404 from error
        seen, address = request.POST.get("seen", ""), request.POST.get("address", "")
        worked = done(
            request,
            lambda: services.send(enrolment=row, kind=letter, address=address, seen=seen, key=key, by=request.user),
            told=_("The letter is sent to %(address)s. It is kept on the card as it was sent.") % {"address": address},
        )
        if worked:
            return home
    content = services.compose_one(programme, row, letter)
    context = {
        **frame(programme, "bord"),
        "row": row,
        "kind": letter,
        "letter": content,
        "mail": notifications_letters.told(content),
        "seen": services.fingerprint(content),
        "key": uuid4(),
        "bounced": bad_addresses().filter(address=row.contact_email.lower()).exists(),
        "sent": row.sent_letters.filter(kind=letter).first(),
    }
    return render(request, "learning_network/board/mail_letter.html", context)
