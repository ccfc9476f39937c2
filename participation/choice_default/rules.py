"""The vetoes and thresholds of the default aid, in the order in which they go before each other."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from participation.choice import Rule

RULES = (
    Rule(
        "law",
        _("The law or a by-law asks for formal consultation. More may be done beside it, but not less."),
        {"law": ("yes",)},
        only=("statutory",),
    ),
    Rule(
        "closed",
        _("Nothing is open any more. Then only informing is fair."),
        {"open": ("nothing",)},
        only=("letter",),
    ),
    Rule(
        "council",
        _("The council or college wants to choose itself. Then a form in which residents decide promises too much."),
        {"council": ("self",)},
        only=("letter", "hearing", "statutory", "panel", "open_table", "working_group", "agenda"),
    ),
    Rule(
        "money",
        _("There is no money to divide, so there can be no neighbourhood budget."),
        {"money": ("none",)},
        only=(
            *("letter", "hearing", "statutory", "panel", "open_table", "working_group"),
            *("agenda", "residents", "government"),
        ),
    ),
    Rule(
        "conflict",
        _("There is a sharp conflict. Then people must at least hear each other."),
        {"conflict": ("sharp",)},
        least={"deliberation": 1},
    ),
    Rule(
        "executor",
        _("Residents can't carry it out, so there is nothing that the municipality can join in with."),
        {"executor": ("municipality",)},
        only=(
            *("letter", "hearing", "statutory", "panel", "open_table", "working_group"),
            *("agenda", "residents", "budget"),
        ),
    ),
)
