"""Words of the choice aid."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class DemocraticValue(models.TextChoices):
    """What forms of participation are weighed on; the same keys as ``participation.choice.VALUES``."""

    INCLUSION = "inclusion", _("inclusion")
    INFLUENCE = "influence", _("influence")
    OWNERSHIP = "ownership", _("ownership")
    DELIBERATION = "deliberation", _("deliberation")
    LEGITIMACY = "legitimacy", _("legitimacy")


ASKS: dict[str, Any] = {
    DemocraticValue.INCLUSION: _("Can everybody take part, also who is seldom heard?"),
    DemocraticValue.INFLUENCE: _("Does it matter what people say?"),
    DemocraticValue.OWNERSHIP: _("Does it become theirs?"),
    DemocraticValue.DELIBERATION: _("Do people listen to each other before they choose?"),
    DemocraticValue.LEGITIMACY: _("Will others find it fair how it was decided?"),
}
# How well a form serves a value, 0 to 4.
SERVED: tuple[Any, ...] = (_("not"), _("a little"), _("partly"), _("well"), _("very well"))
# How heavily a value weighs, 0 to 5 before the answers; they may add to it.
WEIGHS: tuple[Any, ...] = (
    _("does not count"),
    _("weighs normally"),
    _("weighs rather heavily"),
    _("weighs heavily"),
    _("weighs very heavily"),
)


def weighs(weight: int) -> str:
    """A weight in words."""
    return str(WEIGHS[min(max(weight, 0), len(WEIGHS) - 1)])
