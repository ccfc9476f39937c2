"""What a reader can do with an initiative: support it, follow it, open its documents, read its news elsewhere."""

from __future__ import annotations

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.core.ratelimit import rate_limited
from foundation.core.text import render_markdown
from foundation.municipalities.tenancy import MunicipalityRequest
from initiatives.errors import InitiativeError
from initiatives.models import Document
from initiatives.queries import extras
from initiatives.services import support as services
from initiatives.views.public import initiative_or_404

# Signs that XML can't hold; a reader's program refuses the whole feed for one of them.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@rate_limited("initiative-support", capacity=60, per_seconds=600)
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def support(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Support it, change whether one's name is shown, or take the support back. Who comes back from logging in asks again."""
    initiative = initiative_or_404(request, slug)
    if request.method != "POST":
        return redirect(f"{initiative.get_absolute_url()}#steun")
    try:
        if request.POST.get("doe") == "terug":
            services.take_back(initiative=initiative, by=request.user)
            messages.success(request, _("You no longer support this initiative."))
        else:
            services.support(initiative=initiative, by=request.user, show_name="show_name" in request.POST)
            if "follow" in request.POST:
                services.follow(initiative=initiative, by=request.user)
            messages.success(request, _("Thank you. Your support counts."))
    except InitiativeError as error:
        messages.error(request, str(error))
    return redirect(f"{initiative.get_absolute_url()}#steun")


@rate_limited("initiative-follow", capacity=60, per_seconds=600)
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def follow(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Follow it, or no longer. Who comes back from logging in asks again."""
    initiative = initiative_or_404(request, slug)
    if request.method != "POST":
        return redirect(f"{initiative.get_absolute_url()}#steun")
    try:
        if request.POST.get("doe") == "stop":
            services.unfollow(initiative=initiative, by=request.user)
            messages.success(request, _("You no longer follow this initiative."))
        else:
            services.follow(initiative=initiative, by=request.user)
            messages.success(request, _("You follow this initiative. You hear of its news and its steps."))
    except InitiativeError as error:
        messages.error(request, str(error))
    return redirect(f"{initiative.get_absolute_url()}#steun")


@require_safe
def document(request: MunicipalityRequest, slug: str, number: int) -> FileResponse:
    """A document, as a download; what is not for everybody is not there for others."""
    initiative = initiative_or_404(request, slug)
    found = get_object_or_404(Document, initiative=initiative, pk=number)
    if not found.is_public and not extras.may_read_all(initiative, request.user):
        raise Http404
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name)
    response["Content-Type"] = found.mime_type
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD"])
def feed(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The news as RSS."""
    initiative = initiative_or_404(request, slug)
    if not initiative.is_public:
        raise Http404
    link = request.build_absolute_uri(initiative.get_absolute_url())
    rss = Rss201rev2Feed(
        title=_clean(initiative.title), link=link, description=_clean(initiative.summary), language="nl"
    )
    for item in initiative.news.all()[:30]:
        rss.add_item(
            title=_clean(item.title),
            link=f"{link}#nieuws-{item.pk}",
            description=_clean(render_markdown(item.text)),
            unique_id=f"{link}#nieuws-{item.pk}",
            pubdate=item.created_at,
        )
    return HttpResponse(rss.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
