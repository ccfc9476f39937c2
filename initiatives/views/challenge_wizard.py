"""The wizard for a challenge, on the drafts of the ordinary one: no account before sending, kept on each page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from foundation.core.ratelimit import rate_limited
from foundation.core.text import render_markdown
from foundation.municipalities.models import ByLaw
from foundation.municipalities.tenancy import MunicipalityRequest
from initiatives.enums import InitiativeKind
from initiatives.forms.challenges import OF_PLAN, WIZARD, step_form
from initiatives.forms.plan import place_fields
from initiatives.models import Challenge, Draft, Initiative
from initiatives.queries import challenges as queries
from initiatives.services import challenges
from initiatives.views import _drafts
from initiatives.views._drafts import CHECK, PICTURES, of_draft

CHALLENGE = _drafts.Wizard(
    url_name="initiatives:challenge_step",
    titles={
        "taak": gettext_lazy("The task"),
        "aanbod": gettext_lazy("Your offer"),
        "groep": gettext_lazy("Your group"),
        "middelen": gettext_lazy("Means and time"),
        PICTURES: gettext_lazy("Pictures"),
        CHECK: gettext_lazy("Check and send"),
    },
    forms=WIZARD,
    step_form=step_form,
    several="offers",
    place="taak",
    template="initiatives/challenge/step.html",
)


@csrf_exempt  # it makes an empty draft and nothing else; so who only looks here gets no cookie
@rate_limited("initiative-draft", capacity=20, per_seconds=3600)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: MunicipalityRequest) -> HttpResponse:
    """What the right to challenge is, and what this municipality asks."""
    if request.method == "POST":
        key = _drafts.begin(request, InitiativeKind.CHALLENGE)
        return redirect(CHALLENGE.url(request, key, CHALLENGE.steps[0]))
    by_law = ByLaw.objects.filter(municipality=request.municipality).first()
    return render(
        request,
        "initiatives/challenge/start.html",
        {"asked": queries.requirements_of(request.municipality), "by_law": by_law},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def step(request: MunicipalityRequest, draft: Draft, key: str, step: str) -> HttpResponse:
    """One page of questions, or the last one that checks and sends; "verder" leads to the first that is not done."""
    if draft.data.get("kind") != InitiativeKind.CHALLENGE or step not in (*CHALLENGE.steps, "verder"):
        raise Http404
    if step == "verder":
        return redirect(CHALLENGE.url(request, key, CHALLENGE.first_undone(request, draft)))
    if step == PICTURES:
        return _drafts.pictures(request, CHALLENGE, draft, key)
    return _check(request, draft, key) if step == CHECK else _drafts.page(request, CHALLENGE, draft, key, step)


def _check(request: MunicipalityRequest, draft: Draft, key: str) -> HttpResponse:
    def send(plan: dict[str, Any], show_name: bool) -> Initiative:
        place = place_fields(request.municipality, plan, draft.data.get("lon"), draft.data.get("lat"))
        return challenges.send(
            draft=draft,
            by=request.user,
            fields={name: plan[name] for name in OF_PLAN} | place,
            details={name: plan[name] for name in challenges.WRITABLE},
            name_is_public=show_name,
        )

    def shown(plan: dict[str, Any]) -> dict[str, Any]:
        challenge = _unsaved(plan)
        return {
            "pages": [(CHALLENGE.titles[name], CHALLENGE.url(request, key, name)) for name in WIZARD],
            "story": render_markdown(plan.get("story", "")),
            "challenge": challenge,
            "pairs": queries.comparison(challenge),
            "facts": queries.facts(challenge),
            "has_point": draft.data.get("lon") is not None,
        }

    return _drafts.check(
        request,
        CHALLENGE,
        draft,
        key,
        template="initiatives/challenge/check.html",
        send=send,
        shown=shown,
        told=_("Your challenge is sent. The municipality is at the move now."),
    )


def _unsaved(plan: dict[str, Any]) -> Challenge:
    """The challenge as it would be, to show it; what is not right yet is left out."""
    details = {name: plan[name] for name in challenges.WRITABLE if plan.get(name) is not None}
    return Challenge(initiative=Initiative(starts_on=plan.get("starts_on")), **details)
