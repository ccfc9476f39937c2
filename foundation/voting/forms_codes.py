"""Forms about voting codes: typing one, asking for a batch, replacing a lost letter."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.core.forms import helper
from foundation.municipalities.models import Area
from foundation.voting import codes
from foundation.voting.models import Ballot, CodeBatch

_LETTER = re.compile(r"\s*(\d{1,5})\s*[-–/ ]\s*(\d{1,6})\s*")


class CodeForm(forms.Form):
    """One field. ``cleaned_data["code"]`` is a code that could exist; a typo is told as a typo."""

    code = forms.CharField(
        label=_("Your voting code"),
        max_length=400,
        help_text=_("It stands in your letter: 18 letters and numbers, such as 7K3M9Q-2XW4TZ-H8R0VN."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "autocorrect": "off",
                "spellcheck": "false",
                "data-code": "",
            }
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=str(_("Go on with this code")))

    def clean_code(self) -> str:
        try:
            return codes.parse(self.cleaned_data["code"])
        except codes.CodeTypo as typo:
            raise forms.ValidationError(_typo_text(typo)) from None


def _typo_text(typo: codes.CodeTypo) -> Any:
    match typo.typo:
        case codes.Typo.LENGTH:
            return _("A code has 18 letters and numbers; you typed %(count)d. Dashes and spaces don't count.") % {
                "count": typo.count
            }
        case codes.Typo.SIGN:
            return _("Only letters (no U) and numbers stand in a code. Compare it with your letter.")
        case codes.Typo.EMPTY:
            return _("Type the code that stands in your letter.")
    return _("There is a typing mistake in the code. Compare it with your letter, sign by sign.")


class BatchForm(forms.ModelForm):
    """How many letters, for which neighbourhood, in which language."""

    class Meta:
        model = CodeBatch
        fields = ("name", "area", "size", "language")
        widgets = {"language": forms.RadioSelect, "size": forms.NumberInput(attrs={"class": "input--number"})}

    def __init__(self, *args: Any, ballot: Ballot, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Area.objects.for_municipality(ballot.municipality).current().filter(is_water=False).defer("geometry")
        self.fields["area"].queryset = rows.order_by("kind", "name")  # type: ignore[attr-defined]
        self.fields["area"].empty_label = str(_("all neighbourhoods together"))  # type: ignore[attr-defined]
        self.fields["area"].help_text = _("Where the votes with these codes count in the turnout.")
        self.helper = helper(self, submit=str(_("Make these letters")), cancel_url=cancel_url)


class ReplaceForm(forms.Form):
    """The number of the letter that was lost."""

    letter = forms.CharField(
        label=_("Number of the lost letter"),
        max_length=20,
        help_text=_("It stands at the bottom of the letter and on your address list, such as 3-00147."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    identified = forms.BooleanField(label=_("I saw that the letter was meant for this person"))

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=str(_("Make a new letter")), cancel_url=cancel_url)

    def clean_letter(self) -> tuple[int, int]:
        found = _LETTER.fullmatch(self.cleaned_data["letter"])
        if found is None:
            raise forms.ValidationError(_("A letter number has two parts, such as 3-00147."))
        return int(found[1]), int(found[2])


class BlockForm(forms.Form):
    """Why a batch is blocked."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=_("For the log, such as “A box of letters was lost in the post”."),
    )

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=str(_("Block these codes")), cancel_url=cancel_url, danger=True)
