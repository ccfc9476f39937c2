"""The open kitchen: what a lab shares how wide, what others share; and the labs of a cohort side by side."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from changelab import visibility
from changelab.drawings import timeline
from changelab.enums import Level, Movement
from changelab.models import Cohort, KitchenItem, Lab
from changelab.personal_data import kitchen_models
from changelab.queries import attention
from changelab.queries import labs as queries
from changelab.services import harvesting
from changelab.services import kitchen as services
from changelab.views._shared import for_cohort, for_lab
from changelab.views.making import page
from foundation.accounts.requests import PersonRequest
from foundation.core import clock
from foundation.core.csvs import csv_response
from foundation.core.refused import done
from foundation.core.wording import euro

MOST_LOG = 200


@require_safe
@for_lab("changelab.read_kitchen")
def kitchen(request: PersonRequest, lab: Lab) -> HttpResponse:
    """Everything this lab made, who may read it, and the log of what was shared when."""
    own = lab.pk in visibility.places(request.user)  # the log names things that were taken back, too
    kinds = []
    for model in kitchen_models():
        rows = list(queries.of_lab(model, lab, request.user).order_by("pk"))
        if rows:
            kinds.append({"name": model._meta.model_name, "label": model._meta.verbose_name_plural, "rows": rows})
    return page(
        request,
        "changelab/kitchen.html",
        lab,
        "keuken",
        kinds=kinds,
        levels=Level.choices,
        own=own,
        log=lab.share_log.select_related("by")[:MOST_LOG] if own else [],
        may_share=request.user.has_perm("changelab.lead_lab", lab),
    )


@require_POST
@for_lab("changelab.lead_lab")
def share(request: PersonRequest, lab: Lab, kind: str, pk: int) -> HttpResponse:
    """Choose who may read one thing, or take it back."""
    try:
        model: Any = apps.get_model("changelab", kind)
    except LookupError as error:
        raise Http404 from error
    if not issubclass(model, KitchenItem):
        raise Http404
    item = queries.of_lab(model, lab, request.user).filter(pk=pk).first()
    level = request.POST.get("level", "")
    if item is None or level not in (*Level.values, services.WITHDRAWN):
        raise Http404
    user: Any = request.user
    now = clock.now()
    if level == services.WITHDRAWN:
        done(request, lambda: services.withdraw(item=item, by=user), told=_("Taken back: only your lab reads it now."))
    else:
        done(request, lambda: services.share(item=item, level=level, by=user), told=_("Who may read it is changed."))
    for lesson in harvesting.taken_with(item, since=now):
        messages.info(
            request,
            _(
                "The lesson “%(lesson)s” began with this and was read by more people: it was taken back with it. Its author was told."
            )
            % {"lesson": lesson.title},
        )
    return redirect(reverse("changelab:kitchen", args=[lab.cohort.slug, lab.slug]))


@require_safe
@for_cohort("changelab.run_cohort")
def side_by_side(request: PersonRequest, cohort: Cohort) -> HttpResponse:
    """The labs of a cohort side by side, and what needs attention."""
    rows = queries.overview(cohort)
    labs, today = [row["lab"] for row in rows], clock.today()
    roads = [(row["lab"].municipality.name, row["road"]) for row in rows]
    return render(
        request,
        "changelab/staff/overview.html",
        {
            "cohort": cohort,
            "rows": rows,
            "alerts": attention.alerts(labs, today),
            "timeline": timeline(roads, cohort.starts_on, cohort.ends_on, today) if rows else "",
            "movements": Movement.choices,
            "fees": sum(row["lab"].application.fee_cents or 0 for row in rows),
            "planned": queries.total_of(rows, "planned"),
            "accepted": queries.total_of(rows, "accepted"),
        },
    )


@require_safe
@for_cohort("changelab.run_cohort")
def side_by_side_csv(request: PersonRequest, cohort: Cohort) -> HttpResponse:
    """The same as a file."""
    head = [
        *(_("Lab"), _("Movement"), _("State"), _("People"), _("Missing"), _("Observations"), _("Prototypes")),
        *(_("Open obstacles"), _("Meetings"), _("Came"), _("To be handed over"), _("Accepted")),
    ]
    rows = [
        [
            *(row["lab"].title, row["lab"].get_movement_display(), row["lab"].get_state_display(), row["members"]),
            *(", ".join(row["missing"]), row["observations"], row["prototypes"], row["obstacles"]),
            *((row["attendance"].meetings, row["attendance"].came) if row["attendance"] else (0, 0)),
            *(euro(row["planned"].transfer), euro(row["accepted"].transfer)),
        ]
        for row in queries.overview(cohort)
    ]
    return csv_response(f"labs-{cohort.slug}", head, rows)
