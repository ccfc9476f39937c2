"""The ballot paper to print: the options with their numbers and a place for the choice, as an accessible PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from foundation.core import pdf
from foundation.core.wording import euro
from foundation.voting.enums import Electorate, LimitKind

if TYPE_CHECKING:
    from foundation.voting.models import Ballot


def sheet_pdf(ballot: Ballot, language: str = "nl") -> bytes:
    """One ballot paper (PDF/UA-1), to be copied. It carries no number: all papers are the same.

    Args:
        language: "nl" or "en".
    """
    return pdf.render("voting_paper", context(ballot, language))


def context(ballot: Ballot, language: str = "nl") -> dict[str, Any]:
    """The data of the template; from opening on out of the frozen rules."""
    with translation.override(language):
        scale = list(ballot.scale)
        return {
            "language": language,
            "title": ballot.title,
            "municipality": ballot.municipality.name,
            "footer": _("Ballot paper of “%(title)s”") % {"title": ballot.title},
            "heading": _("Ballot paper"),
            "how": _how(ballot),
            "options": [
                {
                    "number": str(option.number),
                    "name": option.title,
                    "more": euro(option.cost_cents) if ballot.spends else "",
                }
                for option in ballot.options.order_by("number")
            ],
            "mark": {"points": "points", "ranking": "place", "scale": "scale"}.get(ballot.type, "tick"),
            "columns": {
                "number": _("No."),
                "option": _("Option"),
                "choice": {"points": _("Points"), "ranking": _("Place")}.get(ballot.type, _("Your choice")),
            },
            "scale": [{"number": str(place), "name": name} for place, name in enumerate(scale, start=1)],
            "scale_title": _("The answers") if scale else "",
            "boxes": _("empty box to fill in"),
            "notes_title": _("Good to know"),
            "remarks": [
                _("Write no name and no other sign on this paper. With one it is invalid."),
                _("Leave everything empty for a blank vote."),
                _("Put the paper in the envelope, one paper in each envelope, and close it."),
                _("Write your voting code on the envelope, or stick it on. Not on this paper.")
                if ballot.electorate == Electorate.CODES
                else _("Hand the envelope in at the desk of the municipality and show who you are."),
                _("An envelope that has arrived counts: you can't vote online after it."),
            ],
        }


def _how(ballot: Ballot) -> list[str]:
    """How this paper is filled in, a sentence each."""
    match ballot.type:
        case "single":
            return [_("Put a cross at one option.")]
        case "points":
            return [
                _("You have %(total)d points. Write behind each option how many you give, at most %(each)d to one.")
                % {"total": ballot.points_total, "each": ballot.points_each}
            ]
        case "ranking":
            return [_("Write 1 at the option you like best, then 2, and so on, as far as you wish.")]
        case "scale":
            return [_("Put one cross on each line, at the answer you choose. You may leave lines empty.")]
    found = [_("Put a cross at each option you choose.")]
    if ballot.limit_kind == LimitKind.NUMBER:
        found.append(_("Choose at most %(n)d. With more the paper is invalid.") % {"n": ballot.max_choices})
    if ballot.limit_kind == LimitKind.BUDGET:
        found.append(
            _("Together your choices cost at most %(budget)s. With more the paper is invalid.")
            % {"budget": euro(ballot.budget_cents)}
        )
    return found
