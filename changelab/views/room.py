"""In the room: who has a personal link and no account brings in what they see and hear, with a telephone."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from changelab import links
from changelab.forms.making import RoomForm
from changelab.services import journey
from foundation.core import ratelimit
from foundation.core.refused import send
from foundation.core.signed_links import BadLink

PER_HOUR = 120  # observations of one person: more than anybody types


@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, token: str) -> HttpResponse:
    """One field and one button; after it the page is ready for the next one."""
    try:
        member = links.read(token)
    except BadLink:
        return render(request, "changelab/join.html", {}, status=404)
    lab = member.lab
    if member.user_id is not None or member.left_at is not None or lab.state != "running":
        return redirect("changelab:join", token)
    form = RoomForm(request.POST or None, initial={"sent_key": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        if not ratelimit.take("changelab.room", str(member.pk), capacity=PER_HOUR, per_seconds=3600).allowed:
            form.add_error(None, _("You brought in a lot. Wait a moment before the next one."))
        else:
            sent = send(
                request,
                form,
                lambda: journey.observe_by_link(
                    member=member, text=form.cleaned_data["text"], sent_key=form.cleaned_data["sent_key"]
                ),
            )
            if sent.done:
                messages.success(request, _("It is in. Did you see or hear more?"))
                return redirect(reverse("changelab:room", args=[token]))
    return render(
        request,
        "changelab/room.html",
        {"lab": lab, "member": member, "form": form, "join_url": reverse("changelab:join", args=[token])},
        status=422 if form.is_bound and form.errors else 200,
    )
