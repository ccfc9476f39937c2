"""From a thing of a lab to a lesson of the learning network, in one step."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from changelab.models import KitchenItem, Lab
from changelab.services import harvesting
from changelab.views._shared import for_lab
from changelab.views.making import one

KINDS = {str(model._meta.model_name): model for model in harvesting.HARVESTED}


@require_POST
@for_lab("changelab.harvest")
def harvest(request: HttpRequest, lab: Lab, kind: str, pk: int) -> HttpResponse:
    """Begin a lesson: from ``lab`` as a whole, or from one thing that this person may read."""
    item: KitchenItem | None = None
    if kind in KINDS:
        item = one(lab, KINDS[kind], pk, request)
    elif kind != "lab":
        raise Http404
    try:
        lesson = harvesting.begin(lab=lab, item=item, by=request.user)  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(lab)
    messages.success(request, _("The lesson has begun, with the words of the lab. It is a draft until you share it."))
    return redirect("learning_network:lesson_edit", lesson.pk)
