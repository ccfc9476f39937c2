"""Following a municipality: by e-mail address without an account, or with one switch; and stopping."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from foundation.core import clock
from foundation.core.ratelimit import rate_limited
from foundation.municipalities import follow_tokens, queries
from foundation.municipalities import queries_follows as reads
from foundation.municipalities.follow_tokens import BadToken, FollowToken
from foundation.municipalities.forms.newsletters import FollowForm
from foundation.municipalities.models import Follower
from foundation.municipalities.queries_follows import Wishes
from foundation.municipalities.services import follows as services
from foundation.municipalities.tenancy import MunicipalityRequest


@csrf_exempt  # no cookie for a reader, and no authority is used: nothing is followed before a link in a mail is opened
@rate_limited("follow", capacity=10, per_seconds=3600)
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: MunicipalityRequest) -> HttpResponse:
    """What one can follow. Without an account it asks for an address; with one it shows the choices of now."""
    municipality = request.municipality
    area = queries.inhabited_neighbourhoods(municipality).filter(code=request.GET.get("buurt", "")).first()
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    if request.method != "POST" and has_session and request.user.is_authenticated:
        form = FollowForm(
            municipality=municipality,
            wishes=reads.wishes_of(reads.follower_of(request.user, municipality)),
            submit=_("Save what I follow"),
            action=reverse("municipalities:follow_mine", args=[municipality.slug]),
            initial={"add_area": area},
        )
        return render(request, "municipalities/newsletters/follow.html", {"form": form, "mine": True})
    form = FollowForm(
        request.POST if request.method == "POST" else None,
        municipality=municipality,
        wishes=Wishes(),
        address=True,
        submit=_("Follow"),
        initial={"add_area": area, "whole": area is None},
    )
    context = {"form": form, "mine": False}
    if form.is_bound and form.is_valid():
        services.ask_to_follow(municipality=municipality, address=form.cleaned_data["email"], wishes=form.wishes())
        # The same page whether the address is known or not.
        return render(request, "municipalities/newsletters/follow_sent.html", {"email": form.cleaned_data["email"]})
    return render(request, "municipalities/newsletters/follow.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def follow_mine(request: MunicipalityRequest) -> HttpResponse:
    """Save the choices of somebody with an account."""
    wishes = reads.wishes_of(reads.follower_of(request.user, request.municipality))
    form = FollowForm(request.POST, municipality=request.municipality, wishes=wishes, submit=_("Save what I follow"))
    if not form.is_valid():
        raise BadRequest
    services.choose(by=request.user, municipality=request.municipality, wishes=form.wishes())
    messages.success(request, _("Your choices are saved."))
    return redirect("municipalities:follow", request.municipality.slug)


@rate_limited("follow-switch", capacity=60, per_seconds=600)
@require_POST
@login_required
def follow_switch(request: MunicipalityRequest) -> HttpResponse:
    """The switch on the page of the municipality and of a neighbourhood."""
    municipality, on = request.municipality, request.POST.get("doe") != "stop"
    area = None
    if code := request.POST.get("buurt", ""):
        area = get_object_or_404(queries.inhabited_neighbourhoods(municipality), code=code)
    services.switch(by=request.user, municipality=municipality, area=area, on=on)
    name = area.name if area else municipality.name
    text = _("You follow %(name)s. You get its newsletters.") if on else _("You no longer follow %(name)s.")
    messages.success(request, text % {"name": name})
    if area is not None:
        return redirect("municipalities:area", municipality.slug, area.code)
    return redirect(municipality.get_absolute_url())


@csrf_exempt  # the token is the permission
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_confirm(request: MunicipalityRequest, token: str) -> HttpResponse:
    """The link in the e-mail. Opening it asks once more: scanners of mail open every link."""
    follower = Follower.objects.filter(
        pk=_read(token).follower_id or 0, municipality=request.municipality, user=None
    ).first()
    if follower is None:
        return render(request, "municipalities/newsletters/follow_gone.html", status=404)
    if request.method == "POST":
        services.confirm(follower=follower)
    asked = follower.follows.select_related("area", "theme").order_by("pk")
    waiting = asked.pending(clock.now())
    context = {
        "names": reads.names(waiting if waiting.exists() else asked.confirmed(), request.municipality),
        "waiting": waiting.exists(),
        "choices_url": FollowToken(follower_id=follower.pk).path(request.municipality),
    }
    return render(request, "municipalities/newsletters/follow_confirm.html", context)


@csrf_exempt  # a mail program posts here by itself (RFC 8058), without our cookie; the token is the permission
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_choices(request: MunicipalityRequest, token: str) -> HttpResponse:
    """Keep some of it, or stop. A POST without the choices of the page stops everything at once and answers 200."""
    wish = _read(token)
    municipality = request.municipality
    follower = Follower.objects.filter(pk=wish.follower_id or 0, municipality=municipality, user=None).first()
    if request.method == "POST" and "keep" not in request.POST:
        services.stop(municipality=municipality, token=wish)
        return render(request, "municipalities/newsletters/follow_stopped.html")
    if wish.user_id is None and follower is None:
        return render(request, "municipalities/newsletters/follow_stopped.html")
    form = None
    if follower is not None:
        bound = request.POST if request.method == "POST" else None
        wishes = reads.wishes_of(follower)
        form = FollowForm(bound, municipality=municipality, wishes=wishes, only=True, submit="")
        if form.is_bound and form.is_valid():
            services.keep(follower=follower, wishes=form.wishes())
            if not form.wishes():
                return render(request, "municipalities/newsletters/follow_stopped.html")
            return render(request, "municipalities/newsletters/follow_kept.html", {"back": request.path})
        form.helper.form_tag = False
    return render(request, "municipalities/newsletters/follow_choices.html", {"form": form})


def _read(token: str) -> FollowToken:
    try:
        return follow_tokens.read(token)
    except BadToken:
        raise Http404 from None
