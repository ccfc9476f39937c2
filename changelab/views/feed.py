"""RSS of what labs share with everyone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from changelab import open_data
from learning_network.feeds import rss


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """What labs shared with everyone, the newest first."""
    return rss(
        request,
        open_data.KINDS.values(),
        title=_("What Changelabs share with everyone"),
        description=_("Observations, insights, prototypes, obstacles and transfer plans that everybody may read."),
        home=reverse("changelab:home"),
    )
