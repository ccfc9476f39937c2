"""Opening a survey about a process."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from foundation.core import clock
from foundation.core.forms import DateInput, helper
from foundation.core.wording import whole
from foundation.surveys.enums import Audience

USUAL_DAYS = 21
MOST_PASTED = 2_000


class OpenSurveyForm(forms.Form):
    """Until when, and whom besides those whom the portal knows."""

    closes_on = forms.DateField(
        label=gettext_lazy("Open up to and including"),
        widget=DateInput,
        help_text=gettext_lazy("Three weeks is usual."),
    )
    with_followers = forms.BooleanField(required=False)
    emails = forms.CharField(
        label=gettext_lazy("E-mail addresses of others"),
        required=False,
        help_text=gettext_lazy("One on each line, or copied from a spreadsheet. They get a personal link."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, audience: str, followers: int, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["closes_on"].initial = clock.today() + timedelta(days=USUAL_DAYS)
        if audience == Audience.PARTICIPANTS or not followers:
            del self.fields["with_followers"]
        else:
            text = ngettext(
                "Also ask the %(n)s person who only follows the process",
                "Also ask the %(n)s people who only follow the process",
                followers,
            )
            self.fields["with_followers"].label = text % {"n": whole(followers)}
        self.helper = helper(self, submit=_("Open the survey and invite them"), cancel_url=cancel_url)

    def clean_closes_on(self) -> Any:
        """A day to come."""
        day = self.cleaned_data["closes_on"]
        if day <= clock.today():
            raise ValidationError(_("Choose a day that is still to come."))
        return day

    def clean_emails(self) -> list[str]:
        """Every address, once."""
        words = re.split(r"[\s,;<>\"']+", self.cleaned_data["emails"].replace("\ufeff", ""))
        found = list(dict.fromkeys(word.rstrip(".").lower() for word in words if word.strip(".")))
        if len(found) > MOST_PASTED:
            raise ValidationError(_("These are more than %(n)d addresses."), params={"n": MOST_PASTED})
        for address in found:
            try:
                validate_email(address)
            except ValidationError as error:
                raise ValidationError(_("This is no e-mail address: %(wrong)s"), params={"wrong": address}) from error
        return found

    def values(self) -> dict[str, Any]:
        """Arguments of ``services.evaluations.open_survey``; it closes at the end of the chosen day."""
        data = self.cleaned_data
        ends = datetime.combine(data["closes_on"] + timedelta(days=1), time.min)
        return {
            "closes_at": timezone.make_aware(ends, clock.AMSTERDAM),
            "emails": data["emails"],
            "with_followers": data.get("with_followers", False),
        }
