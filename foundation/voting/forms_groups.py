"""Forms about lists of addresses: observers of a vote, groups of voters and their members."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from foundation.core.forms import helper, limits
from foundation.voting.models import VoterGroup

MAX_BYTES = 2 * 1024 * 1024
MOST_ADDRESSES = 20_000
_SHOWN = 10


def addresses_in(text: str) -> list[str]:
    """The addresses in pasted text or a spreadsheet as CSV: what looks like one, in small letters, each once, in order.

    Raises:
        ValidationError: something with an @ is no address; the message names the first ten.
    """
    words = [word.strip("<>\"'").rstrip(".").lower() for word in re.split(r"[\s,;\t]+", text.replace("\ufeff", ""))]
    found = list(dict.fromkeys(word for word in words if "@" in word))
    if len(found) > MOST_ADDRESSES:
        raise ValidationError(_("These are more than %(n)d addresses."), params={"n": MOST_ADDRESSES})
    wrong = []
    for address in found:
        try:
            validate_email(address)
        except ValidationError:
            wrong.append(address)
    if wrong:
        raise ValidationError(_("This is no e-mail address: %(wrong)s"), params={"wrong": ", ".join(wrong[:_SHOWN])})
    return found


class ObserversForm(forms.Form):
    """Who gets the heads of the hour: one address on each line."""

    addresses = forms.CharField(
        label=_("E-mail addresses"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One on each line. Empty: nobody. The addresses are thrown away when the result is published."),
    )

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=str(_("Save the addresses")), cancel_url=cancel_url, guard=True)

    def clean_addresses(self) -> list[str]:
        return addresses_in(self.cleaned_data["addresses"])


class GroupForm(forms.ModelForm):
    """The name of a group and one sentence on who belongs to it."""

    class Meta:
        model = VoterGroup
        fields = ("name", "description")

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=str(_("Save the group")), cancel_url=cancel_url)


class MembersForm(forms.Form):
    """Addresses to add: pasted, or a file."""

    addresses = forms.CharField(
        label=_("E-mail addresses"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One on each line, or copied from a spreadsheet."),
    )
    file = forms.FileField(label=_("Or a file with addresses"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits(self.fields["file"], kinds=str(_("A spreadsheet as CSV, or plain text")), max_bytes=MAX_BYTES)
        self.fields["file"].widget.attrs["accept"] = ".csv,.txt"
        self.helper = helper(self, "addresses", "file", submit=str(_("Add and invite")))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        text = cleaned.get("addresses", "")
        if file := cleaned.get("file"):
            raw = file.read(MAX_BYTES + 1)
            try:
                text += "\n" + raw.decode("utf-8-sig")
            except UnicodeDecodeError:
                text += "\n" + raw.decode("cp1252", "replace")
        cleaned["found"] = addresses_in(text)
        if not cleaned["found"] and not self.errors:
            raise ValidationError(_("There is no e-mail address in it."))
        return cleaned
