"""The words of working groups and open tables: who sits in them, and how a place is given."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.core.states import Transitions


class SeatRole(models.TextChoices):
    """As who somebody sits in a group."""

    RESIDENT = "resident", _("residents")
    COUNCIL = "council", _("council members")
    SERVANT = "servant", _("civil servants")
    COLLEGE = "college", _("members of the executive")
    SOCIETY = "society", _("organisations and businesses")


# The whole system in the room: 2 council members, 4 residents, 3 civil servants.
USUAL_TARGETS: dict[str, int] = {SeatRole.COUNCIL: 2, SeatRole.RESIDENT: 4, SeatRole.SERVANT: 3}


class SeatState(models.TextChoices):
    """How far a sign-up is."""

    SIGNED_UP = "signed_up", _("signed up")
    SEATED = "seated", _("has a place")
    RESERVE = "reserve", _("on the list")
    GONE = "gone", pgettext_lazy("place in a group", "no longer taking part")


_S = SeatState
SEAT_TRANSITIONS = Transitions(
    "state",
    {
        _S.SIGNED_UP: [_S.SEATED, _S.RESERVE, _S.GONE],
        _S.SEATED: [_S.GONE],
        _S.RESERVE: [_S.SEATED, _S.GONE],
        _S.GONE: [_S.SIGNED_UP, _S.RESERVE],
    },
)


class SeatFunction(models.TextChoices):
    """What somebody with a place does; residents can be all three."""

    MEMBER = "member", _("takes part")
    CHAIR = "chair", _("chair")
    NOTE_TAKER = "note_taker", _("note-taker")
