"""Starting an initiative: short pages that keep what was typed, for people with and without an account."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.core import maps
from foundation.core.context import url_or_empty
from foundation.core.ratelimit import rate_limited
from foundation.core.text import render_markdown
from foundation.municipalities.queries import neighbourhoods_of
from foundation.municipalities.tenancy import MunicipalityRequest
from initiatives.enums import Ask, InitiativeKind
from initiatives.forms.plan import WIZARD, KindForm, MailLinkForm, place_fields, step_form
from initiatives.models import Draft, Initiative
from initiatives.services import drafts
from initiatives.views import _drafts
from initiatives.views._drafts import CHECK, MAP_WIDTH, PICTURES, floats, of_draft

PLAN = _drafts.Wizard(
    url_name="initiatives:draft_step",
    titles={
        "plan": gettext_lazy("Your plan"),
        "plek": gettext_lazy("Where"),
        "samen": gettext_lazy("With whom"),
        "vraag": gettext_lazy("What you ask"),
        PICTURES: gettext_lazy("Pictures"),
        CHECK: gettext_lazy("Check and send"),
    },
    forms=WIZARD,
    step_form=step_form,
    several="asks",
    place="plek",
    template="initiatives/wizard/step.html",
)


@csrf_exempt  # it makes an empty draft and nothing else; so who only looks here gets no cookie
@rate_limited("initiative-draft", capacity=20, per_seconds=3600)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MunicipalityRequest) -> HttpResponse:
    """What one can start, and what it takes. Beginning leads to the first page of questions."""
    challenge = url_or_empty("initiatives:challenge_start", request.municipality.slug)
    kinds = [kind for kind in InitiativeKind.values if kind != InitiativeKind.CHALLENGE or challenge]
    form = KindForm(request.POST if request.method == "POST" else None, kinds=kinds)
    if form.is_bound and form.is_valid():
        kind = form.cleaned_data["kind"]
        if kind == InitiativeKind.CHALLENGE:
            return redirect(challenge)
        return redirect(PLAN.url(request, _drafts.begin(request, kind), PLAN.steps[0]))
    return render(request, "initiatives/wizard/start.html", {"form": form})


@require_safe
@of_draft
def resume(request: MunicipalityRequest, draft: Draft, key: str) -> HttpResponse:
    """Where the link leads to: the first page that is not filled in yet."""
    if draft.data.get("kind") == InitiativeKind.CHALLENGE:  # it has its own pages
        return redirect("initiatives:challenge_step", request.municipality.slug, key, "verder")
    return redirect(PLAN.url(request, key, PLAN.first_undone(request, draft)))


@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def step(request: MunicipalityRequest, draft: Draft, key: str, step: str) -> HttpResponse:
    """One page of questions, or the last one that checks and sends."""
    if draft.data.get("kind") == InitiativeKind.CHALLENGE:  # it has its own pages
        return redirect("initiatives:challenge_step", request.municipality.slug, key, "verder")
    if step not in PLAN.steps:
        raise Http404
    if step == PICTURES:
        return _drafts.pictures(request, PLAN, draft, key)
    return _check(request, draft, key) if step == CHECK else _drafts.page(request, PLAN, draft, key, step)


def _check(request: MunicipalityRequest, draft: Draft, key: str) -> HttpResponse:
    def send(plan: dict[str, Any], show_name: bool) -> Initiative:
        place = place_fields(request.municipality, plan, draft.data.get("lon"), draft.data.get("lat"))
        return drafts.send(draft=draft, by=request.user, fields={**plan, **place}, name_is_public=show_name)

    return _drafts.check(
        request,
        PLAN,
        draft,
        key,
        template="initiatives/wizard/check.html",
        send=send,
        shown=lambda plan: {
            "kind": InitiativeKind(draft.data["kind"]).label,
            "story": render_markdown(plan.get("story", "")),
            "asks": [Ask(code).label for code in plan.get("asks", [])],
            "has_point": draft.data.get("lon") is not None,
        },
        told=_("Your plan is sent. The municipality is at the move now."),
    )


@rate_limited("initiative-link", capacity=5, per_seconds=3600)
@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def later(request: MunicipalityRequest, draft: Draft, key: str) -> HttpResponse:
    """It is kept: the link to go on with, also by mail."""
    form = MailLinkForm(request.POST or None)
    mailed = ""
    if request.method == "POST" and form.is_valid():
        mailed = form.cleaned_data["email"]
        drafts.mail_link(draft=draft, token=key, address=mailed)
        form = MailLinkForm()
    path = reverse("initiatives:draft", args=[request.municipality.slug, key])
    return render(
        request,
        "initiatives/wizard/later.html",
        {
            "draft": draft,
            "key": key,
            "form": form,
            "mailed": mailed,
            "link": request.build_absolute_uri(path),
            "own": draft.owner_id is not None and draft.owner_id == request.user.pk,
        },
    )


@require_POST
@of_draft
def discard(request: MunicipalityRequest, draft: Draft, key: str) -> HttpResponse:
    """Throw the draft away."""
    drafts.discard(draft=draft)
    return render(request, "initiatives/wizard/gone.html", {"thrown_away": True})


@require_safe
@of_draft
def picture(request: MunicipalityRequest, draft: Draft, key: str, number: int) -> FileResponse:
    """A picture of a plan that is not sent yet, for who has its link."""
    found = draft.pictures.filter(pk=number).first()
    name = str(found.image.name) if found else ""
    if found is None or not found.image.storage.exists(name):
        raise Http404
    kind = "image/png" if name.endswith(".png") else "image/jpeg"
    return FileResponse(found.image.open(), content_type=kind)


@require_safe
def place_picture(request: MunicipalityRequest) -> HttpResponse:
    """The small map as a picture to click on, with the neighbourhood and the point that were chosen."""
    areas = list(neighbourhoods_of(request.municipality))
    if not any(area.geometry for area in areas):
        raise Http404
    chosen = [code for code in [request.GET.get("buurt", "")] if any(area.code == code for area in areas)]
    drawn = maps.tile_map(areas, width=MAP_WIDTH, title=request.municipality.name, selected=chosen, standalone=True)
    svg = str(drawn.svg)
    point = floats(request.GET.get("lon"), request.GET.get("lat"))
    if point is not None:
        x, y = drawn.projection.pixel(*point)
        svg = svg.replace(
            "</svg>",
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="#b8005c" stroke="#fff" stroke-width="2"/></svg>',
        )
    response = HttpResponse(svg, content_type="image/svg+xml")
    response["Cache-Control"] = "max-age=3600"
    return response
