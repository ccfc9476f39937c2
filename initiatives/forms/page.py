"""What a team fills in for its page: news, pictures, documents, budget, planning, team."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.core.forms import DateInput, EuroField, explain, helper, limits
from foundation.core.uploads import DOCUMENT_BYTES, IMAGE_BYTES, check_document, check_image
from initiatives.enums import BudgetKind, TeamRole

LONG = {"class": "input--long"}


class LineForm(forms.Form):
    """A row of a page section: new, or an existing one with its version."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    add_words: Any = _("Add")

    def __init__(self, *args: Any, line: Any = None, cancel_url: str = "", **kwargs: Any) -> None:
        if line is not None:
            kwargs["initial"] = {name: getattr(line, name) for name in self.base_fields if hasattr(line, name)}
        super().__init__(*args, **kwargs)
        words = gettext("Save the change") if line is not None else str(self.add_words)
        self.helper = helper(self, submit=words, cancel_url=cancel_url if line is not None else "", guard=True)


class PictureField(forms.FileField):
    """A picture that is looked at right away, so that what is wrong stands beside the field. It is read again when saved."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if data:
            check_image(data)
        return file


class NewsForm(LineForm):
    title = forms.CharField(label=_("Title"), max_length=120, widget=forms.TextInput(attrs=LONG))
    text = forms.CharField(label=_("What is the news?"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 8}))
    picture = PictureField(label=_("Picture"), required=False)
    picture_alt = forms.CharField(
        label=_("What does the picture show?"),
        max_length=200,
        required=False,
        help_text=_("For people who do not see it."),
        widget=forms.TextInput(attrs=LONG),
    )
    add_words = _("Publish the news")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits(self.fields["picture"], kinds=gettext("A JPEG, PNG, WebP or GIF picture"), max_bytes=IMAGE_BYTES)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("picture") and not cleaned.get("picture_alt"):
            self.add_error("picture_alt", gettext("Say what the picture shows, for people who do not see it."))
        return cleaned


class PictureForm(LineForm):
    image = PictureField(label=_("Picture"))
    alt = forms.CharField(
        label=_("What does the picture show?"),
        max_length=200,
        help_text=_("For people who do not see it. Ask people who can be recognised whether it may be here."),
        widget=forms.TextInput(attrs=LONG),
    )
    add_words = _("Add the picture")

    def __init__(self, *args: Any, line: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, line=line, **kwargs)
        if line is not None:
            del self.fields["image"]
            self.helper.layout.fields = [part for part in self.helper.layout.fields if part != "image"]
        else:
            limits(self.fields["image"], kinds=gettext("A JPEG, PNG, WebP or GIF picture"), max_bytes=IMAGE_BYTES)


class DocumentForm(LineForm):
    title = forms.CharField(label=_("What is it?"), max_length=120, widget=forms.TextInput(attrs=LONG))
    file = forms.FileField(label=_("File"))
    is_public = forms.BooleanField(
        label=_("Everybody may read it"),
        required=False,
        help_text=_("Without this only your team and the municipality can open it."),
    )
    add_words = _("Add the document")

    def __init__(self, *args: Any, line: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, line=line, **kwargs)
        if line is not None:
            del self.fields["file"]
            self.helper.layout.fields = [part for part in self.helper.layout.fields if part != "file"]
        else:
            limits(self.fields["file"], kinds=gettext("PDF, office file, picture or text"), max_bytes=DOCUMENT_BYTES)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        check_document(file)
        return file


class BudgetForm(LineForm):
    kind = forms.ChoiceField(label=_("What is it?"), choices=[], widget=forms.RadioSelect)
    label = forms.CharField(label=_("What for, or from whom?"), max_length=120, widget=forms.TextInput(attrs=LONG))
    amount_cents = EuroField(label=_("Amount"), min_cents=1, max_cents=10_000_000_000)
    add_words = _("Add the line")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        field.choices = [(kind.value, str(kind.label).capitalize()) for kind in BudgetKind]  # type: ignore[attr-defined]
        explain(
            field,
            {
                BudgetKind.COST: gettext("What you pay for."),
                BudgetKind.OWN: gettext("Money that you bring yourselves."),
                BudgetKind.OTHER: gettext("Money of a fund, a sponsor or a collection."),
                BudgetKind.ASKED: gettext("What you ask of the municipality."),
            },
        )


class MilestoneForm(LineForm):
    title = forms.CharField(label=_("What?"), max_length=120, widget=forms.TextInput(attrs=LONG))
    day = forms.DateField(label=_("Ready by"), widget=DateInput())
    add_words = _("Add the step")


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("This person gets a link with which they can say yes or no."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=[], widget=forms.RadioSelect, initial=TeamRole.MEMBER)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role_field(self.fields["role"])
        self.helper = helper(self, submit=gettext("Send the invitation"))


class MemberForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=[], widget=forms.RadioSelect)
    task = forms.CharField(
        label=_("What do you do in the team?"),
        max_length=80,
        required=False,
        help_text=_("For example: treasurer, or contact for the neighbours."),
    )
    is_public = forms.BooleanField(label=_("Show my name on the page"), required=False)

    def __init__(self, *args: Any, own: bool, may_role: bool, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role_field(self.fields["role"])
        if not may_role:
            del self.fields["role"]
        if not own:
            del self.fields["is_public"]
            self.fields["task"].label = gettext("What does this person do in the team?")
        self.helper = helper(self, submit=gettext("Save the change"), cancel_url=cancel_url)


def role_field(field: Any) -> None:
    """The two roles with what each may do."""
    field.choices = [(role.value, str(role.label).capitalize()) for role in TeamRole]
    explain(
        field,
        {
            TeamRole.INITIATOR: gettext("Speaks for the team: hands in, answers the municipality, changes the team."),
            TeamRole.MEMBER: gettext("Works on the page: text, news, pictures, budget and planning."),
        },
    )
