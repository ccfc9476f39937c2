"""Forms of texts that are written together."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.forms import helper
from participation.models import Document, DocumentVersion, Group, Paragraph
from participation.splitting import Piece, joined

LONG = {"class": "input--long"}
_MARKDOWN = gettext_lazy(
    "A blank line begins a new paragraph. A line that begins with # is a heading, one that begins with - an item of a list."
)


def _because() -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=gettext_lazy("Because of which remarks?"),
        required=False,
        coerce=int,
        help_text=gettext_lazy("Readers see them with the change, and who made them gets a message."),
        widget=forms.CheckboxSelectMultiple,
    )


class BeginForm(forms.Form):
    """A new text."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=160, widget=forms.TextInput(LONG))
    intro = forms.CharField(
        label=gettext_lazy("What is it, and what do you ask?"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    group = forms.ChoiceField(label=gettext_lazy("Of which group?"), required=False)
    text = forms.CharField(
        label=gettext_lazy("The text"),
        max_length=200_000,
        help_text=_MARKDOWN,
        widget=forms.Textarea(attrs={"rows": 20}),
    )

    def __init__(self, *args: Any, groups: list[Group], for_all: bool, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4
        choices = [("", _("of the whole process"))] if for_all else []
        choices += [(str(group.pk), group.title) for group in groups]
        self.groups = {str(group.pk): group for group in groups}
        self.fields["group"].choices = choices  # type: ignore[attr-defined]
        self.fields["group"].required = not for_all
        if not groups:
            del self.fields["group"]
        self.helper = helper(self, submit=_("Make the first draft"), cancel_url=cancel_url, guard=True)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        names = ("title", "intro", "text", "key")
        group = self.groups.get(self.cleaned_data.get("group", ""))
        return {**{name: self.cleaned_data[name] for name in names}, "group": group}


class AboutForm(forms.Form):
    """Its title, and what it says of itself."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=160, widget=forms.TextInput(LONG))
    intro = forms.CharField(
        label=gettext_lazy("What is it, and what do you ask?"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, document: Document, cancel_url: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(document, name) for name in ("version", "title", "intro")}
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Save"), cancel_url=cancel_url, guard=True)


class WholeForm(forms.Form):
    """The whole draft in one field."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("The text"),
        max_length=200_000,
        help_text=_MARKDOWN,
        widget=forms.Textarea(attrs={"rows": 28}),
    )

    def __init__(self, *args: Any, draft: DocumentVersion, text: str, cancel_url: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {"version": draft.version, "text": text}
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Save the text"), cancel_url=cancel_url, guard=True)


class ParagraphForm(forms.Form):
    """One paragraph, or a new one."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=gettext_lazy("The text"),
        max_length=40_000,
        help_text=_MARKDOWN,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    because_of = _because()

    def __init__(
        self,
        *args: Any,
        paragraph: Paragraph | None,
        causes: list[tuple[int, str]],
        cancel_url: str = "",
        **kwargs: Any,
    ) -> None:
        if paragraph is not None:
            kwargs["initial"] = {
                "version": paragraph.version,
                "text": joined([Piece(paragraph.text, paragraph.level)]),
                "because_of": [str(one.pk) for one in paragraph.because_of.all()],
            }
        super().__init__(*args, **kwargs)
        _choose(self, causes)
        self.helper = helper(self, submit=_("Save the paragraph"), cancel_url=cancel_url, guard=True)


class RemoveForm(forms.Form):
    """Taking a paragraph out."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    because_of = _because()

    def __init__(
        self, *args: Any, paragraph: Paragraph, causes: list[tuple[int, str]], cancel_url: str = "", **kwargs: Any
    ) -> None:
        kwargs["initial"] = {
            "version": paragraph.version,
            "because_of": [str(one.pk) for one in paragraph.because_of.all()],
        }
        super().__init__(*args, **kwargs)
        _choose(self, causes)
        self.helper = helper(self, submit=_("Take the paragraph out"), cancel_url=cancel_url, danger=True)


class PublishForm(forms.Form):
    """Publishing the draft."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("What changed?"),
        max_length=2_000,
        help_text=gettext_lazy("In a few words, for who follows the process."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, draft: DocumentVersion, cancel_url: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {"version": draft.version}
        super().__init__(*args, **kwargs)
        if draft.number == 1:
            del self.fields["note"]
        submit = _("Publish version %(number)s") % {"number": draft.number}
        self.helper = helper(self, submit=submit, cancel_url=cancel_url)


class RemarkForm(forms.Form):
    """A remark at a paragraph; ``seen`` is the version that was read."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Your remark"),
        max_length=10_000,
        help_text=gettext_lazy("Everybody can read it, and it gets an answer."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    suggestion = forms.CharField(
        label=gettext_lazy("How could it read instead?"),
        max_length=40_000,
        required=False,
        help_text=gettext_lazy("Only if you know better words."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    name_is_public = forms.BooleanField(label=gettext_lazy("Show my name with it"), required=False, initial=True)

    def __init__(self, *args: Any, seen: int, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("seen", seen)
        self.fields["key"].initial = uuid.uuid4
        self.helper = helper(self, submit=_("Send your remark"), cancel_url=cancel_url, guard=True)


def _choose(form: forms.Form, causes: list[tuple[int, str]]) -> None:
    if not causes:
        del form.fields["because_of"]
        return
    form.fields["because_of"].choices = [(str(number), text) for number, text in causes]  # type: ignore[attr-defined]
