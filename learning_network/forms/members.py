"""Forms of the network between programmes: one's own page, an invitation, a mailing."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.forms import helper
from foundation.municipalities.models import OfficialMunicipality
from learning_network.enums import QuestionTheme
from learning_network.forms._shared import LONG
from learning_network.models import Mailing, Member, Programme


def interests_field(label: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    """Themes of the learning agenda."""
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        choices=[(code, capfirst(text)) for code, text in QuestionTheme.choices],
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
    )


class TownField(forms.CharField):
    """A municipality of the official list, by its name; cleans to the ``OfficialMunicipality`` or None."""

    default_error_messages = {"unknown": gettext_lazy("We don't know a municipality “%(name)s”.")}

    def clean(self, value: Any) -> OfficialMunicipality | None:  # type: ignore[override]
        name = super().clean(value).strip()
        if not name:
            return None
        found = OfficialMunicipality.objects.filter(name__iexact=name).first()
        if found is None:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown", params={"name": name})
        return found


class TownsField(forms.CharField):
    """Several municipalities, one name per line; cleans to a list of ``OfficialMunicipality``."""

    widget = forms.Textarea(attrs={"rows": 3})
    default_error_messages = {"unknown": gettext_lazy("We don't know a municipality “%(name)s”.")}

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(one) for one in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[OfficialMunicipality]:  # type: ignore[override]
        names = list(dict.fromkeys(line.strip() for line in super().clean(value).splitlines() if line.strip()))
        known = {one.name.casefold(): one for one in OfficialMunicipality.objects.filter(name__in=names)}
        for name in names:
            if name.casefold() not in known:
                one = OfficialMunicipality.objects.filter(name__iexact=name).first()
                if one is None:
                    raise forms.ValidationError(self.error_messages["unknown"], code="unknown", params={"name": name})
                known[name.casefold()] = one
        return [known[name.casefold()] for name in names]


class PageForm(forms.ModelForm):
    """One's own page in the network."""

    interests = interests_field(
        gettext_lazy("What do you want to learn about?"),
        gettext_lazy("You hear of questions for advice on these themes."),
    )

    class Meta:
        model = Member
        fields = ("function", "interests", "about", "is_listed", "wants_mailings")
        labels = {
            "function": gettext_lazy("Your function"),
            "about": gettext_lazy("What can others ask you?"),
        }
        help_texts = {"about": gettext_lazy("What did you do, what do you know well?")}
        widgets = {"function": forms.TextInput(attrs=LONG), "about": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].required = False
        self.helper = helper(
            self,
            Fieldset(_("Who you are"), "function", "about"),
            "interests",
            Fieldset(_("What you want"), "is_listed", "wants_mailings"),
            submit=_("Save your page"),
            cancel_url=cancel_url,
            guard=True,
        )


class InviteForm(forms.Form):
    """Asking somebody into the network."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=120)
    function = forms.CharField(label=gettext_lazy("Function"), required=False, max_length=120)
    municipality = TownField(label=gettext_lazy("Municipality"), required=False, max_length=80)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Send the invitation"), cancel_url=cancel_url)


class AcceptForm(forms.Form):
    """Saying yes; without fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Yes, I become a member"))


class MailingForm(forms.ModelForm):
    """A mailing: its text and its readers."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    interests = interests_field(gettext_lazy("Only who has one of these interests"))
    municipalities = TownsField(
        label=gettext_lazy("Only of these municipalities"),
        required=False,
        help_text=gettext_lazy("One name per line. Empty means all municipalities."),
    )
    programmes = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Only of these programmes"),
        required=False,
        queryset=Programme.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Mailing
        fields = ("subject", "text", "interests")
        widgets = {"subject": forms.TextInput(attrs=LONG), "text": forms.Textarea(attrs={"rows": 12})}
        help_texts = {"text": gettext_lazy("Plain text. An empty line begins a new paragraph.")}

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        if self.instance.pk:
            self.initial["municipalities"] = list(self.instance.municipalities.all())
            self.initial["programmes"] = list(self.instance.programmes.all())
        self.fields["programmes"].queryset = Programme.objects.public().order_by("title")  # type: ignore[attr-defined]
        self.helper = helper(
            self,
            "version",
            "subject",
            "text",
            Fieldset(
                _("For whom? Without a choice it goes to all members."), "interests", "municipalities", "programmes"
            ),
            submit=_("Save and look at it"),
            cancel_url=cancel_url,
            guard=True,
        )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if len(text) > 5_000:
            raise forms.ValidationError(_("This text is too long for an e-mail: at most 5,000 characters."))
        return text

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
