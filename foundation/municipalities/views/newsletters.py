"""Newsletters: the pages of staff, and the archive for everybody."""

from __future__ import annotations

import logging
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from kombu.exceptions import OperationalError

from foundation.core.refused import add_errors
from foundation.core.text import plain, render_markdown
from foundation.municipalities import audiences, letters
from foundation.municipalities import queries_follows as reads
from foundation.municipalities.forms.newsletters import AudienceForm, NewsletterForm, ScheduleForm, ThemesForm
from foundation.municipalities.forms.settings import posted
from foundation.municipalities.models import Newsletter, Sector
from foundation.municipalities.services import newsletters as services
from foundation.municipalities.tasks import run_newsletters
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required

ON_A_PAGE = 25
logger = logging.getLogger(__name__)


def _find(request: MunicipalityRequest, newsletter_id: int) -> Newsletter:
    rows = Newsletter.objects.for_municipality(request.municipality).select_related("municipality", "created_by")
    found: Newsletter = get_object_or_404(rows, pk=newsletter_id)
    return found


def _to(newsletter: Newsletter, page: str = "newsletter") -> str:
    return reverse(f"municipalities:{page}", args=[newsletter.municipality.slug, newsletter.pk])


def _page(request: MunicipalityRequest, template: str, context: dict[str, Any], form: Any) -> HttpResponse:
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


@require_safe
@permission_required("municipalities.send_newsletters")
def newsletters(request: MunicipalityRequest) -> HttpResponse:
    """All newsletters, and who follows what."""
    page = Paginator(reads.newsletters_of(request.municipality), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "municipalities/newsletters/list.html",
        {
            "page": page,
            "groups": reads.audience_groups(request.municipality),
            "skipped": reads.skipped_total(request.municipality),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("municipalities.send_newsletters")
def newsletter_new(request: MunicipalityRequest) -> HttpResponse:
    """Begin one."""
    return _write(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("municipalities.send_newsletters")
def newsletter_edit(request: MunicipalityRequest, newsletter_id: int) -> HttpResponse:
    """Change the text of a draft."""
    newsletter = _find(request, newsletter_id)
    return _write(request, newsletter) if newsletter.is_draft else redirect(_to(newsletter))


def _write(request: MunicipalityRequest, newsletter: Newsletter | None) -> HttpResponse:
    municipality = request.municipality
    cancel = _to(newsletter) if newsletter else reverse("municipalities:newsletters", args=[municipality.slug])
    asked = request.POST.get("parts", "")
    parts = int(asked) if asked.isdigit() else 0
    more = "more" in request.POST
    options: dict[str, Any] = {
        "newsletter": newsletter,
        "offered": audiences.items_of(municipality),
        "parts": parts + more,
        "cancel_url": cancel,
    }
    form = NewsletterForm(posted(request), **options)
    context = {"form": form, "newsletter": newsletter}
    if form.is_bound and more:
        # One more part: what was typed stays, nothing is refused yet.
        shown = NewsletterForm(initial={**_typed(form), **_ticked(form)}, **options)
        return render(request, "municipalities/newsletters/write.html", {**context, "form": shown})
    if form.is_bound and form.is_valid():
        fields = form.fields_for_service()
        try:
            if newsletter is None:
                newsletter = services.create(municipality=municipality, by=request.user, **fields)
                return redirect(_to(newsletter, "newsletter_audience"))
            services.change(newsletter=newsletter, by=request.user, **fields)
            return redirect(_to(newsletter))
        except ValidationError as error:
            add_errors(form, error)
    return _page(request, "municipalities/newsletters/write.html", context, form)


def _typed(form: NewsletterForm) -> dict[str, Any]:
    return {name: form.data.get(name, "") for name in form.fields if not name.startswith(("items_", "is_public"))}


def _ticked(form: NewsletterForm) -> dict[str, Any]:
    ticked: dict[str, Any] = {n: form.data.getlist(n) for n in form.fields if n.startswith("items_")}  # type: ignore[attr-defined]
    return {**ticked, "is_public": "is_public" in form.data}


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("municipalities.send_newsletters")
def newsletter_audience(request: MunicipalityRequest, newsletter_id: int) -> HttpResponse:
    """For whom it is."""
    newsletter = _find(request, newsletter_id)
    if not newsletter.is_draft:
        return redirect(_to(newsletter))
    groups = reads.audience_groups(request.municipality, newsletter.audiences)
    form = AudienceForm(posted(request), groups=groups, chosen=newsletter.audiences, cancel_url=_to(newsletter))
    if form.is_bound and form.is_valid():
        services.change(newsletter=newsletter, by=request.user, audiences=form.audiences())
        return redirect(_to(newsletter))
    return _page(request, "municipalities/newsletters/audience.html", {"form": form, "newsletter": newsletter}, form)


@csp_replace({"frame-src": [SELF]})
@require_safe
@permission_required("municipalities.send_newsletters")
def newsletter(request: MunicipalityRequest, newsletter_id: int) -> HttpResponse:
    """One newsletter: how it looks, for whom it is, and how far it is."""
    found = _find(request, newsletter_id)
    sending = reads.sending_of(found) if found.started_at else None
    context: dict[str, Any] = {"newsletter": found, "sending": sending}
    busy = found.state in ("scheduled", "sending")
    if request.htmx:  # type: ignore[attr-defined]
        response = render(request, "municipalities/newsletters/detail.html#state", {**context, "busy": busy})
        if not busy:
            response["HX-Refresh"] = "true"  # the whole page once, with the outcome in place
        return response
    chosen = set(found.audiences)
    groups = reads.audience_groups(request.municipality, chosen)
    context |= {
        "busy": busy,
        "chosen": [c.label for g in groups for c in g.choices if f"{g.code}:{c.value}" in chosen],
        "text": letters.compose(found, request.municipality).text,
    }
    if found.is_draft or found.state == "scheduled":
        context["receivers"] = len(reads.receivers_of(found))
    return render(request, "municipalities/newsletters/detail.html", context)


@xframe_options_sameorigin
@csp_replace({"style-src": [UNSAFE_INLINE], "frame-ancestors": [SELF]})
@require_safe
@permission_required("municipalities.send_newsletters")
def newsletter_mail(request: MunicipalityRequest, newsletter_id: int) -> HttpResponse:
    """The e-mail itself, for the frame of the preview; its links go to a new tab."""
    html = letters.compose(_find(request, newsletter_id), request.municipality).html
    return HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))


@require_POST
@permission_required("municipalities.send_newsletters")
def newsletter_action(request: MunicipalityRequest, newsletter_id: int, action: str) -> HttpResponse:
    """A test to oneself (proef), taking a planned one back (terug), throwing a draft away (weg)."""
    found = _find(request, newsletter_id)
    try:
        if action == "proef":
            services.send_test(newsletter=found, by=request.user)
            text = _("A test is on its way to %(email)s.") % {"email": request.user.email}
            messages.success(request, text)
        elif action == "terug":
            services.cancel(newsletter=found, by=request.user)
            messages.success(request, _("The newsletter is a draft again. Nothing was sent."))
        else:
            services.discard(newsletter=found, by=request.user)
            messages.success(request, _("The draft is gone."))
            return redirect("municipalities:newsletters", request.municipality.slug)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(_to(found))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("municipalities.send_newsletters")
def newsletter_schedule(request: MunicipalityRequest, newsletter_id: int) -> HttpResponse:
    """The last look: to how many, and when."""
    found = _find(request, newsletter_id)
    if not found.is_draft:
        return redirect(_to(found))
    form = ScheduleForm(posted(request), cancel_url=_to(found))
    if form.is_bound and form.is_valid():
        try:
            services.schedule(newsletter=found, by=request.user, at=form.moment)
        except ValidationError as error:
            add_errors(form, error)
        else:
            transaction.on_commit(_ask_worker)
            return redirect(_to(found))
    context = {
        "form": form,
        "newsletter": found,
        "receivers": len(reads.receivers_of(found)),
    }
    return _page(request, "municipalities/newsletters/schedule.html", context, form)


def _ask_worker() -> None:
    """After the commit; when the broker is away, beat does it within a minute."""
    try:
        run_newsletters.apply_async(retry=False)
    except OperationalError:
        logger.warning("no broker: newsletters wait for beat")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("municipalities.send_newsletters")
def newsletter_themes(request: MunicipalityRequest) -> HttpResponse:
    """The themes that people can follow; the first time the sectors stand there, as a beginning."""
    municipality = request.municipality
    names = list(reads.themes_of(municipality).values_list("name", flat=True))
    if not names:
        names = list(Sector.objects.filter(municipality=municipality).values_list("name", flat=True))
    cancel = reverse("municipalities:newsletters", args=[municipality.slug])
    form = ThemesForm(posted(request), initial={"names": "\n".join(names)}, cancel_url=cancel)
    if form.is_bound and form.is_valid():
        try:
            services.set_themes(municipality=municipality, names=form.cleaned_data["names"], by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The themes are saved."))
            return redirect(cancel)
    return _page(request, "municipalities/newsletters/themes.html", {"form": form}, form)


# --- For everybody ---------------------------------------------------------------------------------------------------


@require_safe
def archive(request: MunicipalityRequest) -> HttpResponse:
    """The newsletters that were sent."""
    page = Paginator(reads.archive_of(request.municipality), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [(found, plain(found.intro or _first_text(found), 160)) for found in page]
    return render(request, "municipalities/newsletters/archive.html", {"page": page, "rows": rows})


def _first_text(newsletter: Newsletter) -> str:
    return newsletter.blocks[0]["text"] if newsletter.blocks else ""


@require_safe
def newsletter_feed(request: MunicipalityRequest) -> HttpResponse:
    """The newest of them for programs that read feeds (RSS 2.0)."""
    town = request.municipality
    feed = Rss201rev2Feed(
        title=_("Newsletters of %(name)s") % {"name": town.name},
        link=request.build_absolute_uri(reverse("municipalities:newsletter_archive", args=[town.slug])),
        description=_("What the municipality sends will stand here."),
        feed_url=request.build_absolute_uri(),
        language="nl",
    )
    for found in reads.archive_of(town)[:ON_A_PAGE]:
        address = request.build_absolute_uri(
            reverse("municipalities:newsletter_public", args=[town.slug, found.pk]),
        )
        text = plain(found.intro or _first_text(found), 500)
        feed.add_item(found.subject, address, text, unique_id=address, pubdate=found.started_at)
    return HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")


@require_safe
def newsletter_public(request: MunicipalityRequest, newsletter_id: int) -> HttpResponse:
    """One of them."""
    found = get_object_or_404(reads.archive_of(request.municipality), pk=newsletter_id)
    parts = [(block["heading"], render_markdown(block["text"])) for block in found.blocks]
    return render(request, "municipalities/newsletters/public.html", {"newsletter": found, "parts": parts})
