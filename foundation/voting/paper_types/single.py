"""One option or none. Text: "7"."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .approval import Approval
from .base import Choice, Problem, Rules


class Single(Approval):
    name = "single"

    def check_marks(self, rules: Rules, choice: Choice) -> list[Problem]:
        return [Problem(_("You may choose one option."))] if len(set(choice)) > 1 else []
