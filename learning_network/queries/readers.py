"""Who will read a text with a visibility, in words and numbers: said before it is shared."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core.wording import whole
from learning_network.enums import Visibility
from learning_network.models import Member, Participant, Programme


def readers(programme: Programme | None, visibility: str) -> str:
    """One sentence."""
    if visibility == Visibility.EVERYONE:
        return _("Everyone, also people without an account, and search engines.")
    if visibility == Visibility.NETWORK or programme is None:
        number = Member.objects.current().filter(user__is_active=True).count()
        return ngettext(
            "%(number)s member of the learning network.", "All %(number)s members of the learning network.", number
        ) % {"number": whole(number)}
    present = Participant.objects.present().filter(enrolment__programme=programme)
    people = present.values("user").distinct().count()
    towns = present.values("enrolment__municipality").distinct().count()
    told = ngettext(
        "%(number)s person of the municipalities in “%(programme)s”, and who runs it.",
        "%(number)s people of the municipalities in “%(programme)s”, and who runs it.",
        people,
    ) % {"number": whole(people), "programme": programme.title}
    if towns < 2:
        return told
    return told + " " + _("They come from %(number)s municipalities.") % {"number": whole(towns)}


def all_readers(programme: Programme | None) -> dict[Any, str]:
    """For each circle that such a text can have."""
    return {
        code: readers(programme, code) for code in Visibility.values if code != Visibility.LAB or programme is not None
    }
