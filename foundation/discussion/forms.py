"""Forms of discussions. None cuts a text off at its limit: what is too long comes back whole, with what is wrong."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.forms import explain, helper
from foundation.discussion.enums import Action, Outcome, Reason, Side, Work
from foundation.discussion.errors import NotAllowed
from foundation.discussion.models import DiscussionSettings, Thread
from foundation.discussion.services.comments import tidy
from foundation.discussion.words import words_of

MARKDOWN = gettext_lazy("At most 5,000 characters. **Bold**, lists and links are possible.")


def capitals(choices: Any) -> list[tuple[str, str]]:
    """Choices that stand by themselves begin with a capital."""
    return [(value, capfirst(str(label))) for value, label in choices]


class TextForm(forms.Form):
    """The text of a comment, with the limit checked as the service does."""

    text = forms.CharField(
        label=gettext_lazy("Your text"), help_text=MARKDOWN, widget=forms.Textarea(attrs={"rows": 6}), strip=False
    )

    def clean_text(self) -> str:
        try:
            return tidy(self.cleaned_data["text"])
        except NotAllowed as error:
            raise forms.ValidationError(str(error)) from error


class CommentForm(TextForm):
    """A comment, question or reply. ``send`` is False where the writer must log in first."""

    side = forms.ChoiceField(label=gettext_lazy("Are you for or against?"), widget=forms.RadioSelect)

    field_order = ("side", "text")

    def __init__(
        self,
        *args: Any,
        thread: Thread,
        is_reply: bool,
        logged_in: bool,
        action: str,
        cancel_url: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **{"auto_id": "reactie_%s", **kwargs})
        names = ["text"]
        if thread.has_sides and not is_reply:
            self.fields["side"].choices = Side.choices  # type: ignore[attr-defined]
            names.insert(0, "side")
        else:
            del self.fields["side"]
        if is_reply:
            self.fields["text"].label = _("Your reply")
        else:
            self.fields["text"].label = words_of(thread)["label"]
        self.fields["text"].widget.attrs |= {"rows": 4 if is_reply else 6}
        send = _("Post your reply") if is_reply else words_of(thread)["send"]
        self.helper = helper(
            self,
            *names,
            submit=send if logged_in else _("Log in and post"),
            action=action,
            cancel_url=cancel_url,
            guard=True,
        )
        self.helper.disable_csrf = not logged_in  # readers get no cookie; see views.writing


class EditForm(TextForm):
    """Changing one's own text; ``version`` is what the writer saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["rows"] = 10
        self.helper = helper(
            self, "text", "version", submit=_("Save the changed text"), cancel_url=cancel_url, guard=True
        )


class ReportForm(forms.Form):
    """Why somebody thinks that a text should not stand there."""

    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong with this text?"), choices=Reason.choices, widget=forms.RadioSelect
    )
    explanation = forms.CharField(
        label=gettext_lazy("Explanation"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": None}),
        help_text=gettext_lazy("Only the people who look at your report read this."),
    )

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = capitals(Reason.choices)  # type: ignore[attr-defined]
        self.helper = helper(self, submit=_("Send your report"), cancel_url=cancel_url, guard=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("reason") == Reason.OTHER and not cleaned.get("explanation"):
            self.add_error("explanation", _("Say what is wrong."))
        return cleaned


class AppealForm(forms.Form):
    """Why the writer does not agree with a decision."""

    text = forms.CharField(
        label=gettext_lazy("Why do you not agree?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": None}),
        help_text=gettext_lazy("At most 2,000 characters. Somebody else than who decided reads this."),
    )

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Ask for a new look"), cancel_url=cancel_url, guard=True)


class DecisionForm(forms.Form):
    """A moderator's decision; which ones are possible follows from the state of the text."""

    action = forms.ChoiceField(label=gettext_lazy("Your decision"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), required=False)
    explanation = forms.CharField(
        label=gettext_lazy("Explanation"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": None}),
        help_text=gettext_lazy("The writer reads this. Needed when you hide or return a text."),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, actions: list[str], cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [(name, capfirst(Action(name).label)) for name in actions]  # type: ignore[attr-defined]
        explain(
            self.fields["action"],
            {
                Action.HIDE: str(
                    _("Readers see that a text was hidden, and the reason. The writer can ask for a new look.")
                ),
                Action.RETURN: str(_("Nobody reads it until the writer has changed it and you have looked again.")),
                Action.KEEP: str(_("The text stays. Who reported it is told.")),
            },
        )
        self.fields["reason"].choices = [("", _("Choose a reason")), *capitals(Reason.choices)]  # type: ignore[attr-defined]
        self.helper = helper(
            self,
            "action",
            "reason",
            "explanation",
            "seen",
            submit=_("Record the decision"),
            cancel_url=cancel_url,
            guard=True,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("action") in (Action.HIDE, Action.RETURN):
            if not cleaned.get("reason"):
                self.add_error("reason", _("Choose a reason."))
            if not cleaned.get("explanation"):
                self.add_error("explanation", _("Say why: the writer reads it."))
        return cleaned


class BulkForm(forms.Form):
    """One decision about the ticked texts, with its confirmation page."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=Reason.choices)
    explanation = forms.CharField(
        label=gettext_lazy("Explanation"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": None}),
        help_text=gettext_lazy("Each writer reads this."),
    )

    def __init__(self, *args: Any, action: str, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = capitals(Reason.choices)  # type: ignore[attr-defined]
        if action not in (Action.HIDE, Action.RETURN):
            del self.fields["reason"], self.fields["explanation"]
        self.helper = helper(
            self, submit=_("Record the decision"), cancel_url=cancel_url, danger=action == Action.HIDE, tag=False
        )


class AppealDecisionForm(forms.Form):
    """The new look."""

    outcome = forms.ChoiceField(label=gettext_lazy("Your decision"), choices=Outcome.choices, widget=forms.RadioSelect)
    explanation = forms.CharField(
        label=gettext_lazy("Explanation"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": None}),
        help_text=gettext_lazy("The writer reads this."),
    )

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = capitals(Outcome.choices)  # type: ignore[attr-defined]
        self.helper = helper(self, submit=_("Record the decision"), cancel_url=cancel_url, guard=True)


class QueueFilter(forms.Form):
    """What the queue shows."""

    wat = forms.ChoiceField(label=gettext_lazy("Show"), choices=Work.choices, required=False)
    reden = forms.ChoiceField(label=gettext_lazy("Reason"), required=False)
    zoek = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wat"].choices = capitals(Work.choices)  # type: ignore[attr-defined]
        self.fields["reden"].choices = [("", _("All")), *capitals(Reason.choices)]  # type: ignore[attr-defined]
        self.helper = helper(
            self, "wat", "reden", "zoek", submit=_("Show"), method="get", css_class="filters", wide=True
        )


class SettingsForm(forms.ModelForm):
    """How a municipality wants its discussions."""

    class Meta:
        model = DiscussionSettings
        fields = ("hold_first", "ground_rules", "closing_words", "appeal_weeks")
        widgets = {
            "ground_rules": forms.Textarea(attrs={"rows": 6}),
            "closing_words": forms.Textarea(attrs={"rows": 3}),
            "hold_first": forms.NumberInput(attrs={"class": "input--number"}),
            "appeal_weeks": forms.NumberInput(attrs={"class": "input--number"}),
        }

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hold_first"].help_text = _(
            "So many first contributions of somebody wait until one of you has read them. 0: everything can be read at once."
        )
        self.fields["ground_rules"].help_text = _("Shown beside each form to write. Markdown is allowed.")
        self.fields["closing_words"].help_text = _("Tell residents where they can go now.")
        self.helper = helper(
            self,
            Fieldset(str(_("Checking")), "hold_first", "appeal_weeks"),
            Fieldset(str(_("Words")), "ground_rules", "closing_words"),
            submit=_("Save the settings"),
            cancel_url=cancel_url,
            guard=True,
        )
