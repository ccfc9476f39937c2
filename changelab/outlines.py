"""What each movement of the U is for, and the checklist that a lab begins with."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from changelab.enums import Movement

Text = str | Promise

# After C.O. Scharmer, Theory U (2009), in our own words.
GOALS: dict[str, Text] = {
    Movement.SENSING: _(
        "Look and listen before judging: go there, talk with everybody who holds a part of the problem."
    ),
    Movement.PRESENCING: _("Be still together: let go of what was, and find what wants to come."),
    Movement.REALISING: _("Try small things soon, learn from them, and write the plan from what worked."),
}
CHECKLIST: dict[str, tuple[Text, ...]] = {
    Movement.SENSING: (
        _("Everybody who holds the problem is on the map"),
        _("Each required kind is in the room"),
        _("We walked through the neighbourhood with residents"),
        _("We spoke with people who never come to a meeting"),
        _("The observations are written down without judging"),
    ),
    Movement.PRESENCING: (
        _("The observations are grouped into insights"),
        _("Everybody said what they are ready to let go"),
        _("We know what we want to make together"),
    ),
    Movement.REALISING: (
        _("At least two prototypes were tried in practice"),
        _("The obstacles have an owner and a way out"),
        _("The transfer plan has tasks with money and risks with a carrier"),
        _("The other municipalities gave their advice"),
        _("The executive and the residents' group signed"),
    ),
}
