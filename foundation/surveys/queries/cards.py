"""What a page of an upper app shows of a survey: a call to fill it in, or what came out. See docs/surveys.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from foundation.core.wording import near
from foundation.surveys.enums import SMALLEST, Phase
from foundation.surveys.models import Invitation, Survey
from foundation.surveys.queries import access
from foundation.surveys.queries.results import Results, results

if TYPE_CHECKING:
    from foundation.accounts.models import User


@dataclass(frozen=True)
class Card:
    """For ``surveys/embed.html``. ``url``: where this person answers, "" where they can't."""

    text: str
    url: str = ""
    results: Results | None = None
    results_url: str = ""


def card(survey: Survey, user: User, now: datetime) -> Card | None:
    """The survey as this person sees it under an upper page; None where it is nothing for them.

    Results only as everybody may see them, or for who may see this survey.
    """
    phase = survey.phase(now)
    sees = access.may_see(user, survey)
    if phase == Phase.COUNTED:
        public = survey.results_are_public and (survey.responses or 0) >= SMALLEST
        if not (public or sees):
            return None
        found = results(survey, now, texts=False)
        url = survey.address("result") if public else survey.address("results")
        return Card(found.why_not, results=None if found.why_not else found, results_url=url)
    if phase == Phase.OPEN:
        mine = Invitation.objects.filter(survey=survey, user=user).first() if user.is_authenticated else None
        if mine is not None and mine.has_answered:
            return Card(_("You have answered. Thank you!"))
        if mine is not None or survey.is_public:
            url = survey.address("personal", mine.token) if mine is not None else survey.get_absolute_url()
            return Card(_("Tell what you think, until %(when)s.") % {"when": near(survey.closes_at)}, url)
        return Card(_("People who were invited can answer now.")) if sees else None
    if phase == Phase.PLANNED and (survey.is_public or sees):
        return Card(_("This survey opens on %(when)s.") % {"when": near(survey.opens_at)})
    return None
