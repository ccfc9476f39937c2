"""The network between programmes: members, one's own page, becoming a member, the newcomer's page, agenda, search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.accounts.requests import PersonRequest
from foundation.core import clock
from foundation.core.refused import done, send
from foundation.core.signed_links import BadLink
from foundation.meetings.addresses import address
from foundation.meetings.queries.lists import lines_of
from learning_network import links_members, search, visibility
from learning_network.enums import QuestionTheme
from learning_network.forms.members import AcceptForm, PageForm
from learning_network.models import Member, ProgrammeRole
from learning_network.queries import advice as advice_queries
from learning_network.queries import agenda as agenda_queries
from learning_network.queries import members as queries
from learning_network.services import agenda as agenda_services
from learning_network.services import members as services
from learning_network.views._network import ON_A_PAGE, network_menu, words
from learning_network.views._shared import for_network

MEMBERS_ON_A_PAGE = 50


def wish_of(request: HttpRequest) -> queries.Wish:
    """What somebody looks for among the members."""
    interest = request.GET.get("thema", "")
    return queries.Wish(
        text=words(request),
        interest=interest if interest in QuestionTheme.values else "",
        province=request.GET.get("provincie", "").replace("\x00", "")[:30],
    )


@require_safe
@for_network()
def index(request: PersonRequest) -> HttpResponse:
    """Who is in the network, and what one can ask them."""
    wish = wish_of(request)
    page = Paginator(queries.listed(wish), MEMBERS_ON_A_PAGE).get_page(request.GET.get("page"))
    labels = dict(QuestionTheme.choices)
    return render(
        request,
        "learning_network/members/index.html",
        {
            "menu": network_menu(request, "leden"),
            "page": page,
            "lines": [
                {"row": row, "interests": [labels[code] for code in row.interests if code in labels]} for row in page
            ],
            "wish": wish,
            "themes": QuestionTheme.choices,
            "provinces": queries.provinces(),
            "may_keep": request.user.has_perm("learning_network.keep_network"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_network()
def page(request: PersonRequest) -> HttpResponse:
    """One's own page."""
    member = Member.objects.select_related("municipality").filter(user=request.user.pk).first()
    form = PageForm(request.POST or None, instance=member, cancel_url=reverse("learning_network:members"))
    sent = send(
        request,
        form,
        lambda: services.change_page(by=request.user, **form.cleaned_data),
        told=_("Your page is saved."),
    )
    if sent.done:
        return redirect("learning_network:members")
    return render(
        request,
        "learning_network/members/page.html",
        {"menu": network_menu(request, "leden"), "form": form, "member": member},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_network()
def leave(request: PersonRequest) -> HttpResponse:
    """Leave the network, after a question."""
    if request.method == "POST":
        if done(request, lambda: services.leave(by=request.user), told=_("You left the learning network.")):
            return redirect("learning_network:home")
        return redirect("learning_network:my_page")
    return render(
        request,
        "components/confirm.html",
        {
            "title": _("Leave the learning network?"),
            "points": [
                _("You read no more what is shared with the network, and get no more messages from it."),
                _("What you shared stays: it is your municipality’s."),
                _("A programme lead can ask you in again."),
            ],
            "submit": _("Leave the network"),
            "danger": True,
            "cancel_url": reverse("learning_network:my_page"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def become(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link of an invitation: what the network is, and saying yes."""
    try:
        invitation = links_members.read(token)
    except BadLink:
        return render(request, "learning_network/members/gone.html", status=404)
    if invitation.accepted_at is not None:
        if request.user.is_authenticated and invitation.user_id == request.user.pk:
            return redirect("learning_network:home")
        return render(request, "learning_network/members/gone.html", {"used": True}, status=404)
    form = None
    if request.user.is_authenticated:
        form = AcceptForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            if done(
                request,
                lambda: services.accept(invitation=invitation, by=request.user),  # type: ignore[arg-type]
                told=_("Welcome to the learning network."),
            ):
                return redirect("learning_network:welcome")
            return redirect(request.path)
    return render(
        request, "learning_network/members/become.html", {"invitation": invitation, "form": form, "next": request.path}
    )


@require_safe
@for_network()
def welcome(request: PersonRequest) -> HttpResponse:
    """For newcomers: what is this, who are we, three things to do first, who to ask. Who saw it is not sent here again."""
    services.welcome(by=request.user)
    member = Member.objects.select_related("municipality").filter(user=request.user.pk).first()
    labs = visibility.labs_of(request.user)
    roles = ProgrammeRole.objects.filter(programme__in=labs).select_related("user", "programme").order_by("kind", "pk")
    return render(
        request,
        "learning_network/members/welcome.html",
        {
            "menu": network_menu(request, ""),
            "member": member,
            "has_page": member is not None and bool(member.about or member.interests),
            "members_total": Member.objects.current().count(),
            "towns_total": Member.objects.current()
            .exclude(municipality=None)
            .values("municipality")
            .distinct()
            .count(),
            "questions": advice_queries.to_advise(request.user, clock.today()),
            "today": clock.today(),
            "people": _people(roles),
        },
    )


def _people(roles: Iterable[ProgrammeRole]) -> list[dict[str, Any]]:
    """Who runs the programmes that somebody is in, each person once."""
    found: dict[int, dict[str, Any]] = {}
    for role in roles:
        one = found.setdefault(role.user_id, {"user": role.user, "kind": role.get_kind_display(), "programmes": []})
        if role.programme.title not in one["programmes"]:
            one["programmes"].append(role.programme.title)
    return list(found.values())[:6]


@require_safe
@for_network()
def agenda(request: PersonRequest) -> HttpResponse:
    """What is to come in the network and in one's programmes."""
    now = clock.now()
    past = request.GET.get("wanneer") == "geweest"
    found = Paginator(agenda_queries.meetings_of(request.user, now, past=past), ON_A_PAGE)
    shown = found.get_page(request.GET.get("page"))
    return render(
        request,
        "learning_network/members/agenda.html",
        {
            "menu": network_menu(request, "agenda"),
            "page": shown,
            "lines": lines_of(list(shown), request.user, now),
            "past": past,
            "may_keep": request.user.has_perm("learning_network.keep_network"),
        },
    )


@require_http_methods(["POST"])
@for_network("learning_network.keep_network")
def plan(request: PersonRequest) -> HttpResponse:
    """To where open meetings of the network are planned."""
    made = agenda_services.begin(by=request.user)
    return redirect(address("manage_series", made, made.pk))


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Search over everything that this person may see."""
    text = words(request)
    wanted = next((one for one in search.kinds() if one.code == request.GET.get("soort")), None)
    groups: list[search.Group] = []
    shown = None
    found: list[search.Hit] = []
    if text and wanted is not None:
        shown = Paginator(search.find(wanted, request.user, text), ON_A_PAGE).get_page(request.GET.get("page"))
        found = search.hits(wanted, shown)
    elif text:
        groups = search.everywhere(request.user, text)
    return render(
        request,
        "learning_network/members/search.html",
        {
            "menu": network_menu(request, "zoeken"),
            "text": text,
            "wanted": wanted,
            "groups": groups,
            "page": shown,
            "hits": found,
            "is_member": visibility.in_network(request.user),
        },
    )
