"""Tables of the back office."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from foundation.core.templatetags.aanzet import badge
from foundation.core.wording import euro, short_moment
from foundation.voting.enums import BallotState
from foundation.voting.models import Ballot

BADGES = {
    BallotState.DRAFT: ("", "pencil"),
    BallotState.ANNOUNCED: ("info", "calendar"),
    BallotState.OPEN: ("open", "circle-dot"),
    BallotState.CLOSED: ("warning", "clock"),
    BallotState.COUNTED: ("warning", "user-check"),
    BallotState.CERTIFIED: ("warning", "check"),
    BallotState.PUBLISHED: ("success", "checks"),
    BallotState.CANCELLED: ("error", "x"),
}
NUMBER = {"th": {"class": "number"}, "td": {"class": "number"}}


class BallotTable(tables.Table):
    """All ballots of a municipality."""

    title = tables.Column(verbose_name=_("Title"))
    state = tables.Column(verbose_name=_("State"))
    opens_at = tables.Column(verbose_name=_("Opens at"))
    closes_at = tables.Column(verbose_name=_("Closes at"))
    budget_cents = tables.Column(verbose_name=_("Budget"), attrs=NUMBER)
    number_of_options = tables.Column(verbose_name=_("Number of projects"), attrs=NUMBER)

    class Meta:
        model = Ballot
        fields = ("title", "state", "opens_at", "closes_at", "budget_cents", "number_of_options")
        order_by = "-closes_at"
        empty_text = _("There are no votes here yet.")

    def __init__(self, *args: Any, now: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.caption = _("Votes")

    def render_title(self, record: Ballot) -> str:
        url = reverse("voting:staff_detail", args=[record.municipality.slug, record.slug])
        return format_html('<a href="{}">{}</a>', url, record.title)

    def render_state(self, record: Ballot) -> str:
        phase = BallotState(record.phase(self.now))
        kind, icon = BADGES[phase]
        return badge(str(phase.label), kind, icon)

    def render_opens_at(self, value: Any) -> str:
        return short_moment(value)

    def render_closes_at(self, value: Any) -> str:
        return short_moment(value)

    def render_budget_cents(self, value: int) -> str:
        return euro(value)
