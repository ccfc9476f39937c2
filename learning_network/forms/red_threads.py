"""Forms of red threads: the document itself, and the words in between."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.forms import explain, helper
from learning_network.enums import PieceKind, Visibility
from learning_network.models import Programme, RedThread

LONG = {"class": "input--long"}


def _explained(field: Any) -> None:
    field.choices = Visibility.choices
    explain(
        field,
        {
            Visibility.LAB: _("The people of the municipalities in it, and who runs it."),
            Visibility.NETWORK: _("All members of the learning network."),
            Visibility.EVERYONE: _("Also people without an account, and search engines."),
        },
    )


class ThreadForm(forms.ModelForm):
    """Title, introduction, and for whom it is."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = RedThread
        fields = ("title", "intro", "visibility")
        labels = {"visibility": gettext_lazy("For whom is this document?")}
        help_texts = {
            "visibility": gettext_lazy("What fewer people may read is not shown in it. Its authors decide that."),
        }
        widgets = {
            "title": forms.TextInput(attrs=LONG),
            "intro": forms.Textarea(attrs={"rows": 5}),
            "visibility": forms.RadioSelect,
        }

    def __init__(self, *args: Any, programme: Programme, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        _explained(self.fields["visibility"])
        if not self.instance.pk:
            self.initial["title"] = _("Red threads of %(programme)s") % {"programme": programme.title}
            del self.fields["intro"]
        submit = _("Save") if self.instance.pk else _("Begin")
        self.helper = helper(self, submit=submit, cancel_url=cancel_url, guard=True)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def _post_clean(self) -> None:
        """The service checks and writes."""


class WordsForm(forms.Form):
    """A heading or a paragraph at the end."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What do you add?"),
        choices=[
            (PieceKind.HEADING.value, gettext_lazy("a heading")),
            (PieceKind.TEXT.value, gettext_lazy("a paragraph")),
        ],
        widget=forms.RadioSelect,
        initial=PieceKind.HEADING.value,
    )
    text = forms.CharField(label=gettext_lazy("Text"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, action: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Add it at the end"), action=action)


class LineForm(forms.Form):
    """The words of one part."""

    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, label: str, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label
        self.helper = helper(self, submit=_("Save"), cancel_url=cancel_url)
