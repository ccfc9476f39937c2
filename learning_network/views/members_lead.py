"""For who keeps the network: all members, invitations, and mailings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.requests import PersonRequest
from foundation.core.csvs import csv_response
from foundation.core.refused import done, send
from learning_network.enums import MailingState, QuestionTheme
from learning_network.forms.members import InviteForm, MailingForm
from learning_network.models import Mailing, MemberInvitation
from learning_network.queries import mailings as mailing_queries
from learning_network.queries import members as queries
from learning_network.services import mailings
from learning_network.services import members as services
from learning_network.views._shared import for_network
from learning_network.views.members import MEMBERS_ON_A_PAGE, wish_of

KEEPS = "learning_network.keep_network"


@require_http_methods(["GET", "HEAD", "POST"])
@for_network(KEEPS)
def index(request: PersonRequest) -> HttpResponse:
    """Everybody in the network, open invitations, and a form to ask somebody in."""
    form = InviteForm(request.POST or None)
    if send(request, form, lambda: services.invite(by=request.user, **form.cleaned_data)).done:
        messages.success(request, _("The invitation is on its way to %(email)s.") % form.cleaned_data)
        return redirect("learning_network:members_lead")
    wish = wish_of(request)
    page = Paginator(queries.for_leads(wish), MEMBERS_ON_A_PAGE).get_page(request.GET.get("page"))
    open_ones = MemberInvitation.objects.filter(accepted_at__isnull=True).select_related("municipality")
    return render(
        request,
        "learning_network/staff/members.html",
        {
            "form": form,
            "page": page,
            "wish": wish,
            "themes": QuestionTheme.choices,
            "provinces": queries.provinces(),
            "invitations": open_ones[:200],
        },
        status=422 if form.is_bound else 200,
    )


@require_POST
@for_network(KEEPS)
def invitation(request: PersonRequest, number: int) -> HttpResponse:
    """Take an invitation back, or send it again."""
    row = get_object_or_404(MemberInvitation, pk=number, accepted_at__isnull=True)
    by: Any = request.user
    if request.POST.get("doe") == "opnieuw":
        done(request, lambda: services.invite(email=row.email, by=by), told=_("The invitation was sent again."))
    else:
        services.withdraw_invitation(invitation=row, by=by)
        messages.success(request, _("The invitation was taken back."))
    return redirect("learning_network:members_lead")


@require_safe
@for_network(KEEPS)
def export(request: PersonRequest) -> HttpResponse:
    """The members as a file for a spreadsheet."""
    labels = dict(QuestionTheme.choices)
    head = [
        *(_("Name"), _("E-mail address"), _("Municipality"), _("Province"), _("Function"), _("Interests")),
        *(_("On the list"), _("Mailings"), _("Member since")),
    ]
    rows = [
        [
            str(row.user),
            row.user.email,
            row.municipality.name if row.municipality else "",
            row.municipality.province if row.municipality else "",
            row.function,
            ", ".join(str(labels.get(code, code)) for code in row.interests),
            _("yes") if row.is_listed else _("no"),
            _("yes") if row.wants_mailings else _("no"),
            row.since,
        ]
        for row in queries.for_leads(wish_of(request)).iterator(chunk_size=1_000)
    ]
    return csv_response("leden-leernetwerk", head, rows)


# --- Mailings --------------------------------------------------------------------------------------------------------


@require_safe
@for_network(KEEPS)
def mailing_list(request: PersonRequest) -> HttpResponse:
    """All mailings."""
    page = Paginator(Mailing.objects.all(), 30).get_page(request.GET.get("page"))
    return render(request, "learning_network/staff/mailings.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@for_network(KEEPS)
def mailing_new(request: PersonRequest) -> HttpResponse:
    """Write a mailing."""
    return _written(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_network(KEEPS)
def mailing_change(request: PersonRequest, number: int) -> HttpResponse:
    """Change a draft."""
    row = get_object_or_404(Mailing, pk=number)
    if row.state != MailingState.DRAFT:
        messages.info(request, _("This mailing was sent; its text does not change any more."))
        return redirect(row)
    return _written(request, row)


def _written(request: HttpRequest, row: Mailing | None) -> HttpResponse:
    back = row.get_absolute_url() if row else reverse("learning_network:mailings")
    form = MailingForm(request.POST or None, instance=row, cancel_url=back)
    sent = send(
        request,
        form,
        lambda: mailings.write(
            by=request.user,  # type: ignore[arg-type]
            mailing=Mailing.objects.get(pk=row.pk) if row else None,
            version=form.cleaned_data["version"] if row else None,
            **form.values(),
        ),
    )
    if sent.done:
        return redirect(sent.made)
    title = _("Change the mailing") if row else _("Write to the members")
    return render(
        request,
        "learning_network/staff/form.html",
        {"title": title, "form": form, "programme": None, "theirs": sent.theirs},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_network(KEEPS)
def mailing(request: PersonRequest, number: int) -> HttpResponse:
    """One mailing: how it looks and who gets it; a test, sending it, and how far it is."""
    row = get_object_or_404(Mailing, pk=number)
    by: Any = request.user
    if request.method == "POST":
        wanted = request.POST.get("doe")
        if wanted == "proef":
            mailings.send_test(mailing=row, by=by)
            messages.success(request, _("A test is on its way to you."))
        elif wanted == "verstuur":
            done(
                request,
                lambda: mailings.send(mailing=row, by=by),
                told=_("The mailing is being sent. You can leave this page."),
            )
        elif wanted == "weg" and done(
            request, lambda: mailings.discard(mailing=row, by=by), told=_("The draft is thrown away.")
        ):
            return redirect("learning_network:mailings")
        return redirect(row)
    is_draft = row.state == MailingState.DRAFT
    labels = dict(QuestionTheme.choices)
    return render(
        request,
        "learning_network/staff/mailing.html",
        {
            "mailing": row,
            "is_draft": is_draft,
            "receivers": mailing_queries.receivers_of(row).count() if is_draft else row.receivers_total,
            "progress": None if is_draft else mailing_queries.progress_of(row),
            "interests": [labels[code] for code in row.interests if code in labels],
            "towns": [str(one) for one in row.municipalities.all()],
            "programmes": [one.title for one in row.programmes.all()],
        },
    )
