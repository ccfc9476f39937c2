"""Forms of the recruitment board: filter, card, money, moving, letters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core import clock
from foundation.core.forms import DateInput, EuroField, helper
from learning_network.enums import Stage
from learning_network.models import Enrolment, Programme, ProgrammeLetter
from learning_network.queries import board

LONG = {"class": "input--long"}


class BoardFilter(forms.Form):
    """Which cards the board shows; the names are those in the address."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=80)
    provincie = forms.ChoiceField(label=gettext_lazy("Province"), required=False)
    wacht = forms.BooleanField(label=gettext_lazy("Only where the next step is late"), required=False)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["provincie"].choices = [("", _("All")), *((name, name) for name in board.provinces(programme))]
        self.arrange()

    def arrange(self) -> None:
        self.helper = helper(
            self, "q", "provincie", "wacht", submit=str(_("Show")), method="get", css_class="filters", wide=True
        )


class TableFilter(BoardFilter):
    """The same for the table, which also chooses the stage and the order."""

    fase = forms.ChoiceField(label=gettext_lazy("Stage"), required=False)
    volgorde = forms.ChoiceField(label=gettext_lazy("Order"), required=False)

    def arrange(self) -> None:
        fields: Any = self.fields
        fields["fase"].choices = [("", _("All")), *((value, str(label).capitalize()) for value, label in Stage.choices)]
        fields["volgorde"].choices = [
            ("naam", _("By name")),
            ("stap", _("First the next step that comes first")),
            ("langst", _("Longest at this stage first")),
            ("inwoners", _("Most inhabitants first")),
        ]
        self.helper = helper(
            self,
            *("q", "provincie", "fase", "volgorde", "wacht"),
            submit=str(_("Show")),
            method="get",
            css_class="filters",
            wide=True,
        )


class CandidateFilter(forms.Form):
    """Searching the official list."""

    q = forms.CharField(label=gettext_lazy("Name of the municipality"), required=False, max_length=80)
    provincie = forms.ChoiceField(label=gettext_lazy("Province"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["provincie"].choices = [("", _("All")), *((name, name) for name in board.provinces())]
        self.helper = helper(self, submit=str(_("Search")), method="get", css_class="filters", wide=True)


class CardForm(forms.ModelForm):
    """Who the contact is, what happens next, and notes."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Enrolment
        fields = ("contact_name", "contact_email", "next_step", "next_step_on", "notes")
        widgets = {
            "contact_name": forms.TextInput(attrs={**LONG, "autocomplete": "off"}),
            "contact_email": forms.EmailInput(attrs={**LONG, "autocomplete": "off"}),
            "next_step": forms.TextInput(attrs=LONG),
            "next_step_on": DateInput,
            "notes": forms.Textarea(attrs={"rows": 6}),
        }
        help_texts = {
            "contact_email": gettext_lazy("The survey on readiness goes to this address."),
            "notes": gettext_lazy("Only who runs this programme reads them."),
        }

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        self.helper = helper(self, submit=_("Save the card"), cancel_url=cancel_url, guard=True)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class MoneyForm(forms.ModelForm):
    """What a municipality owes and has paid."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    fee_cents = EuroField(label=gettext_lazy("Contribution"), required=False)
    reduction_cents = EuroField(label=gettext_lazy("Reduction"), required=False)
    received_cents = EuroField(
        label=gettext_lazy("Received"), required=False, help_text=gettext_lazy("Everything that was paid so far.")
    )

    class Meta:
        model = Enrolment
        fields = ("fee_cents", "reduction_cents", "reduction_reason", "invoiced_on", "received_cents")
        widgets = {"reduction_reason": forms.TextInput(attrs=LONG), "invoiced_on": DateInput}
        help_texts = {"reduction_reason": gettext_lazy("It stands in the letters too.")}

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        self.helper = helper(self, submit=_("Save the amounts"), cancel_url=cancel_url, guard=True)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name in ("fee_cents", "reduction_cents", "received_cents"):
            if name not in self.errors:
                data[name] = data.get(name) or 0
        fee, reduction = data.get("fee_cents"), data.get("reduction_cents") or 0
        if fee is not None and reduction > fee:
            self.add_error("reduction_cents", _("A reduction is at most the contribution."))
        if reduction and not data.get("reduction_reason"):
            self.add_error("reduction_reason", _("Say why there is a reduction."))
        return data

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class MoveForm(forms.Form):
    """To which stages these cards go, and why when they stop. ``kaart`` carries the cards and their versions."""

    stage = forms.ChoiceField(choices=Stage, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Why do they stop?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("It stands on the card and in the log. Don't write names of people."),
    )
    terug = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Put them at stopped"), cancel_url=cancel_url, tag=False)


class LetterForm(forms.ModelForm):
    """The words of a letter of a programme."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = ProgrammeLetter
        fields = ("subject", "text", "sender", "signature")
        widgets = {
            "subject": forms.TextInput(attrs=LONG),
            "text": forms.Textarea(attrs={"rows": 14}),
            "sender": forms.Textarea(attrs={"rows": 4}),
            "signature": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "text": gettext_lazy(
                "An empty line begins a new paragraph; lines that begin with a dash make a list. Dates, money and conditions "
                "follow under it by themselves."
            ),
            "sender": gettext_lazy("Name and address at the top right, one per line."),
        }

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        self.helper = helper(self, submit=_("Save the words"), cancel_url=cancel_url, guard=True)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def _post_clean(self) -> None:
        """The service writes and checks the row; here only the fields count."""


class SentForm(forms.Form):
    """On which day letters went."""

    sent_on = forms.DateField(label=gettext_lazy("Sent on"), widget=DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"sent_on": clock.today()})
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Keep that they were sent"), tag=False)
