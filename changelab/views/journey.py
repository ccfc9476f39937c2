"""The journey of a lab: the U, its checklists, observations and insights, prototypes, reflections."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from changelab.drawings import u_drawing
from changelab.enums import PROTOTYPE_TRANSITIONS, Movement, PrototypeState
from changelab.forms.making import CheckForm, InsightForm, ObservationForm, PrototypeForm, ReflectionForm
from changelab.models import CheckItem, Insight, Lab, Observation, Prototype
from changelab.outlines import GOALS
from changelab.queries import labs as queries
from changelab.services import journey as services
from changelab.services import meetings
from changelab.views._shared import for_lab, form_page, lab_or_404
from changelab.views.making import one, page
from foundation.accounts.requests import PersonRequest
from foundation.core.errors import Refused
from foundation.core.refused import done


def _home(lab: Lab, anchor: str = "") -> str:
    return reverse("changelab:journey", args=[lab.cohort.slug, lab.slug]) + anchor


@require_safe
def journey(request: HttpRequest, cohort: str, lab: str) -> HttpResponse:
    """Where the lab is, what must be done, and what was seen, understood and tried, as far as this person may read it."""
    found = lab_or_404(request, cohort, lab)
    reads_all = request.user.has_perm("changelab.read_kitchen", found)
    lists = queries.checklist(found) if reads_all else dict.fromkeys(Movement.values, ())
    tries = queries.prototypes(found, request.user)
    loose = queries.loose_observations(found, request.user)
    return page(
        request,
        "changelab/journey.html",
        found,
        "reis",
        drawing=u_drawing(found.movement),
        movements=[
            {
                "code": code,
                "label": label,
                "goal": GOALS[code],
                "items": lists[code],
                "done": sum(1 for item in lists[code] if item.done_at),
                "now": code == found.movement,
            }
            for code, label in Movement.choices
        ],
        insights=queries.insights(found, request.user),
        loose=loose,
        last=max((row.pk for row in loose), default=0),
        prototypes=[
            {
                "row": row,
                "steps": [(code, PrototypeState(code).label) for code in PROTOTYPE_TRANSITIONS.table[row.state]],
            }
            for row in tries
        ],
        reflections=queries.reflections(found, request.user) if request.user.has_perm("changelab.work", found) else [],
        form=ObservationForm(lab=found, initial={"sent_key": uuid.uuid4()}, submit=_("Bring it in")),
        observe_url=reverse("changelab:observe", args=[found.cohort.slug, found.slug]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.work")
def observe(request: PersonRequest, lab: Lab) -> HttpResponse:
    """Bring in an observation; with a telephone in the room one after the other."""
    form = ObservationForm(request.POST or None, lab=lab, cancel_url=_home(lab), initial={"sent_key": uuid.uuid4()})
    return form_page(
        request,
        form,
        lambda: services.observe(
            lab=lab,
            by=request.user,
            sent_key=form.cleaned_data["sent_key"],
            **form.values(),
        ),
        told=_("Your observation is in."),
        back=_home(lab, "#observaties"),
        title=_("What did you see or hear?"),
        lab=lab,
    )


@require_safe
@for_lab("changelab.work")
def arrivals(request: PersonRequest, lab: Lab) -> HttpResponse:
    """The loose observations that came in after ``?na=``, to stand under those on the screen; what is ticked there stays."""
    if not request.htmx:  # type: ignore[attr-defined]  # a part, no page: opened by itself it leads to the page
        return redirect(_home(lab))
    last = request.GET.get("na", "")
    since = int(last) if last.isdecimal() and len(last) < 16 else 0
    rows = [row for row in queries.loose_observations(lab, request.user) if row.pk > since]
    if not rows:
        return HttpResponse(status=204)
    context = {"loose": rows, "lab": lab, "cohort": lab.cohort, "last": max(row.pk for row in rows), "arrived": True}
    context["first"] = not since
    return render(request, "changelab/_arrivals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.work")
def observation_change(request: PersonRequest, lab: Lab, pk: int) -> HttpResponse:
    """Change an observation."""
    found = one(lab, Observation, pk, request)
    form = ObservationForm(request.POST or None, instance=found, lab=lab, cancel_url=_home(lab))
    return form_page(
        request,
        form,
        lambda: services.change_observation(
            observation=one(lab, Observation, pk, request),
            by=request.user,
            version=form.cleaned_data["version"],
            **form.values(),
        ),
        told=_("The observation is changed."),
        back=_home(lab, "#observaties"),
        title=_("Change an observation"),
        lab=lab,
    )


@require_POST
@for_lab("changelab.work")
def group(request: PersonRequest, lab: Lab) -> HttpResponse:
    """Put the observations that were ticked under an insight: one that stands, a new one, or none."""
    chosen = [int(pk) for pk in request.POST.getlist("observation") if pk.isdecimal() and len(pk) < 13]
    rows = list(queries.of_lab(Observation, lab, request.user).filter(pk__in=chosen))
    if not rows:
        messages.error(request, _("Tick the observations that belong together."))
        return redirect(_home(lab, "#observaties"))
    wanted, text = request.POST.get("insight", ""), request.POST.get("new_insight", "").strip()
    user = request.user
    if text:
        form = InsightForm({"text": text, "more": ""}, lab=lab)
        if not form.is_valid():
            messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
            return redirect(_home(lab, "#observaties"))
        done(
            request,
            lambda: services.find_insight(lab=lab, by=user, observations=rows, loose_only=True, **form.values()),
            told=_("The insight stands, with its observations."),
        )
    elif wanted == "none":
        done(
            request,
            lambda: services.group(insight=None, lab=lab, observations=rows, by=user),
            told=_("The observations stand loose again."),
        )
    elif wanted.isdecimal() and len(wanted) < 13:
        insight = one(lab, Insight, int(wanted), request)
        done(
            request,
            lambda: services.group(insight=insight, observations=rows, by=user, loose_only=True),
            told=_("The observations stand under the insight."),
        )
    else:
        messages.error(request, _("Choose an insight, or write a new one."))
    if (elsewhere := sum(1 for row in rows if row.insight_id is not None)) and wanted != "none":
        text = ngettext(
            "%(n)d observation was put under another insight meanwhile, and stays there.",
            "%(n)d observations were put under another insight meanwhile, and stay there.",
            elsewhere,
        )
        messages.info(request, text % {"n": elsewhere})
    return redirect(_home(lab, "#observaties"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.work")
def insight_change(request: PersonRequest, lab: Lab, pk: int) -> HttpResponse:
    """Change an insight."""
    found = one(lab, Insight, pk, request)
    form = InsightForm(request.POST or None, instance=found, lab=lab, cancel_url=_home(lab))
    return form_page(
        request,
        form,
        lambda: services.change_insight(
            insight=one(lab, Insight, pk, request),
            by=request.user,
            version=form.cleaned_data["version"],
            **form.values(),
        ),
        told=_("The insight is changed."),
        back=_home(lab, "#inzichten"),
        title=_("Change an insight"),
        lab=lab,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.work")
def prototype_new(request: PersonRequest, lab: Lab) -> HttpResponse:
    """Name what is tried; ``?na=`` says after which earlier try."""
    after = request.GET.get("na", "")
    follows = one(lab, Prototype, int(after), request) if after.isdecimal() and len(after) < 13 else None
    initial = {"title": follows.title, "hypothesis": follows.next_try} if follows is not None else {}
    form = PrototypeForm(request.POST or None, lab=lab, cancel_url=_home(lab), initial=initial)
    return form_page(
        request,
        form,
        lambda: services.try_something(lab=lab, by=request.user, follows=follows, **form.values()),
        told=_("The prototype stands. Try it soon, and write down what you learn."),
        back=_home(lab, "#prototypes"),
        title=_("What do we try?"),
        lab=lab,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.work")
def prototype_change(request: PersonRequest, lab: Lab, pk: int) -> HttpResponse:
    """Change a prototype, or write down what was learned."""
    found = one(lab, Prototype, pk, request)
    form = PrototypeForm(request.POST or None, instance=found, lab=lab, cancel_url=_home(lab))
    return form_page(
        request,
        form,
        lambda: services.change_prototype(
            prototype=one(lab, Prototype, pk, request),
            by=request.user,
            version=form.cleaned_data["version"],
            **form.values(),
        ),
        told=_("The prototype is changed."),
        back=_home(lab, "#prototypes"),
        title=found.title,
        lab=lab,
    )


@require_POST
@for_lab("changelab.work")
def prototype_move(request: PersonRequest, lab: Lab, pk: int) -> HttpResponse:
    """Begin to try it, keep it or drop it."""
    found = one(lab, Prototype, pk, request)
    state = request.POST.get("state", "")
    if state not in PrototypeState.values:
        raise Http404
    done(
        request,
        lambda: services.move_prototype(prototype=found, state=state, by=request.user),
        told=_("How the prototype stands is saved."),
    )
    return redirect(_home(lab, "#prototypes"))


@require_POST
@for_lab("changelab.work")
def check(request: PersonRequest, lab: Lab, pk: int) -> HttpResponse:
    """Tick a line of a checklist, or take the tick away."""
    item = CheckItem.objects.filter(lab=lab, pk=pk).first()
    if item is None:
        raise Http404
    is_done = request.POST.get("done") == "1"
    done(request, lambda: services.check(item=item, done=is_done, by=request.user), told="")
    return redirect(_home(lab, f"#beweging-{item.movement}"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.lead_lab")
def check_new(request: PersonRequest, lab: Lab) -> HttpResponse:
    """A line of one's own on a checklist."""
    form = CheckForm(request.POST or None, cancel_url=_home(lab), initial={"movement": lab.movement})
    return form_page(
        request,
        form,
        lambda: services.add_check(lab=lab, by=request.user, **form.cleaned_data),
        told=_("The line stands on the checklist."),
        back=_home(lab),
        title=_("Add to a checklist"),
        lab=lab,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.work")
def reflect(request: PersonRequest, lab: Lab) -> HttpResponse:
    """Write down what one thinks before or after a meeting."""
    form = ReflectionForm(request.POST or None, meetings=meetings.of_lab(lab), cancel_url=_home(lab))
    return form_page(
        request,
        form,
        lambda: services.reflect(lab=lab, by=request.user, **form.cleaned_data),
        told=_("Your reflection is saved."),
        back=_home(lab, "#reflecties"),
        title=_("What do you think?"),
        lab=lab,
    )


@require_POST
@for_lab("changelab.lead_lab")
def meetings_begin(request: PersonRequest, lab: Lab) -> HttpResponse:
    """Begin to plan the meetings of the lab; days, invitations and minutes are in the agenda."""
    try:
        series = meetings.begin(lab=lab, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(_home(lab))
    return redirect(reverse("meetings_installation:manage_series", args=[series.pk]))
