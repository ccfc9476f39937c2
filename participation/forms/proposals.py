"""Forms with which residents make a proposal."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import HTML, Fieldset
from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.forms import EuroField, helper, limits
from foundation.core.uploads import IMAGE_BYTES, check_image
from participation.forms.problems import LONG, MAP, PlacedForm
from participation.models import Process

NOT_TEXT = ("key", "version", "picture", "remove_picture", "show_name")


class PictureField(forms.FileField):
    """A picture that is looked at right away, so that what is wrong stands beside the field. It is read again when saved."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if data:
            check_image(data)
        return file


class ProposalForm(PlacedForm):
    title = forms.CharField(
        label=gettext_lazy("What do you propose, in a few words?"),
        max_length=120,
        help_text=gettext_lazy("For example: lamps along the path through the park."),
        widget=forms.TextInput(attrs=LONG),
    )
    summary = forms.CharField(
        label=gettext_lazy("Your proposal in one or two sentences"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "This stands in lists and on cards. You need it to hand your proposal in, not for a draft."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    text = forms.CharField(
        label=gettext_lazy("Tell what you want, and why"),
        max_length=10_000,
        required=False,
        help_text=gettext_lazy(
            "What changes, who will be happy with it, who will do what? You need this too to hand it in."
        ),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    cost_cents = EuroField(
        label=gettext_lazy("What does it cost, roughly?"),
        required=False,
        max_cents=10_000_000_000,
        help_text=gettext_lazy("Leave it empty when you don't know. The municipality makes its own estimate."),
    )
    cost_text = forms.CharField(
        label=gettext_lazy("How did you get to that amount?"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    category = forms.CharField(
        label=gettext_lazy("Theme"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("For example: green, traffic, playing, meeting."),
    )
    co_makers = forms.CharField(
        label=gettext_lazy("With whom do you make it?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "For example: the primary school and neighbours of the Merwede street. You can invite people with an e-mail "
            "address later."
        ),
        widget=forms.TextInput(attrs=LONG),
    )
    picture = PictureField(label=gettext_lazy("Picture"), required=False)
    picture_alt = forms.CharField(
        label=gettext_lazy("What does the picture show?"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For people who do not see it."),
        widget=forms.TextInput(attrs=LONG),
    )
    remove_picture = forms.BooleanField(label=gettext_lazy("Take the picture away"), required=False)
    show_name = forms.BooleanField(label=gettext_lazy("Show my name on the page"), required=False, initial=True)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        process: Process,
        has_map: bool,
        buttons: list[tuple[str, str]],
        cancel_url: str,
        is_new: bool,
        has_picture: bool = False,
        sending: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.place_in(process)
        self.has_picture, self.sending = has_picture, sending
        limits(self.fields["picture"], kinds=_("A JPEG, PNG, WebP or GIF picture"), max_bytes=IMAGE_BYTES)
        picture = ["picture", "picture_alt", *(["remove_picture"] if has_picture else [])]
        if not has_picture:
            del self.fields["remove_picture"]
        if not is_new:
            del self.fields["show_name"]
        where: list[Any] = [HTML(MAP)] if has_map else []
        self.helper = helper(
            self,
            Fieldset(_("The proposal"), "title", "summary", "text"),
            Fieldset(_("The cost"), "cost_cents", "cost_text"),
            Fieldset(_("Where"), *where, "neighbourhood", "place"),
            Fieldset(_("More about it"), "category", "co_makers", *(["show_name"] if is_new else [])),
            Fieldset(_("A picture"), *picture),
            *("lon", "lat", "key", "version"),
            guard=True,
        )
        self.helper.layout.append(HTML(_buttons(buttons, cancel_url)))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, words in (("summary", _("Write your proposal in short.")), ("text", _("Tell what you want."))):
            if self.sending and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, words)
        keeps = self.has_picture and not cleaned.get("remove_picture")
        if (cleaned.get("picture") or keeps) and not cleaned.get("picture_alt"):
            self.add_error("picture_alt", _("Say what the picture shows, for people who do not see it."))
        if not cleaned.get("picture") and not keeps:
            cleaned["picture_alt"] = ""
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the service is asked to keep, without picture, version and key."""
        return {name: value for name, value in self.cleaned_data.items() if name not in NOT_TEXT}


def _buttons(buttons: list[tuple[str, str]], cancel_url: str) -> str:
    kinds = ["primary", *["secondary"] * len(buttons)]
    made = "".join(
        format_html(
            '<button type="submit" name="doe" value="{}" class="utrecht-button utrecht-button--{}-action">{}</button>',
            code,
            kind,
            label,
        )
        for (code, label), kind in zip(buttons, kinds, strict=False)
    )
    cancel = format_html('<a href="{}">{}</a>', cancel_url, _("Cancel"))
    return f'<div class="actions">{made}{cancel}</div>'.replace("{", "&#123;")


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("This person gets a link with which they can say yes or no."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Send the invitation"))


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why do you stop?"),
        max_length=1_000,
        help_text=gettext_lazy("Everybody can read this."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Withdraw the proposal"), cancel_url=cancel_url, danger=True)
