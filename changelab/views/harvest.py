"""From a thing of a lab to a lesson of the learning network, in one step."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from changelab.models import Harvest, KitchenItem, Lab
from changelab.services import harvesting
from changelab.views._shared import for_lab
from changelab.views.making import one
from foundation.accounts.requests import PersonRequest
from foundation.core.refused import done
from learning_network.models import Lesson
from learning_network.views._network import readable_or_404
from learning_network.views._shared import for_network
from learning_network.views.practices import need_edit

KINDS = {str(model._meta.model_name): model for model in harvesting.HARVESTED}


@require_POST
@for_lab("changelab.harvest")
def harvest(request: PersonRequest, lab: Lab, kind: str, pk: int) -> HttpResponse:
    """Begin a lesson: from ``lab`` as a whole, or from one thing that this person may read."""
    item: KitchenItem | None = None
    if kind in KINDS:
        item = one(lab, KINDS[kind], pk, request)
    elif kind != "lab":
        raise Http404
    try:
        lesson = harvesting.begin(lab=lab, item=item, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(lab)
    messages.success(request, _("The lesson has begun, with the words of the lab. It is a draft until you share it."))
    return redirect("learning_network:lesson_edit", lesson.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_network()
def let_go(request: PersonRequest, number: int) -> HttpResponse:
    """Its author declares that a lesson says nothing any more of what the lab took back."""
    begun = get_object_or_404(Harvest.objects.filter(held_at__isnull=False), pk=number)
    lesson = readable_or_404(request, Lesson, begun.lesson_id)
    need_edit(request, lesson)
    if request.method == "POST":
        told = _("The lesson is a text of its own now. Choose who may read it.")
        done(request, lambda: harvesting.let_go(harvest=begun, by=request.user), told=told)
        return redirect(lesson)
    context = {
        "title": _("Does “%(title)s” say nothing any more of what the lab took back?") % {"title": lesson},
        "text": _(
            "The lab and who leads the programme are told that you say so. They can take the lesson off the pages."
        ),
        "submit": _("Yes, it is a text of its own"),
        "cancel_url": lesson.get_absolute_url(),
    }
    return render(request, "components/confirm.html", context)
