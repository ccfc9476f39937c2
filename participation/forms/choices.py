"""Forms of choosing with the aid: the subject, the answers, the choice, and what it leads to."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import HTML, ButtonHolder, Submit
from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.forms import DateInput, explain, helper
from foundation.municipalities.models import Municipality, Sector
from foundation.municipalities.queries import sectors_of
from participation.choice import Advice, Aid
from participation.enums import Level
from participation.models import Process
from participation.queries.choices import processes_to_tie

LONG = {"class": "input--long"}


class SubjectForm(forms.Form):
    """What the choice is about."""

    subject = forms.CharField(
        label=gettext_lazy("What is it about?"),
        max_length=120,
        help_text=gettext_lazy("Name the subject, for example: the square at the Merwede street."),
        widget=forms.TextInput(attrs=LONG),
    )
    sector = forms.ModelChoiceField(Sector.objects.none(), label=gettext_lazy("Sector"), required=False)
    process = forms.ModelChoiceField(
        Process.objects.none(),
        label=gettext_lazy("Process"),
        required=False,
        help_text=gettext_lazy("Only when the process is there already. You can also begin one with the choice."),
    )

    def __init__(self, *args: Any, municipality: Municipality, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["sector"].queryset = sectors_of(municipality)
        fields["process"].queryset = processes_to_tie(municipality)
        fields["process"].empty_label = _("none yet")
        fields["sector"].empty_label = _("none")
        self.helper = helper(self, submit=_("Go to the questions"), cancel_url=cancel_url)


class AnswersForm(forms.Form):
    """All questions of an aid as radio buttons on one page.

    Args:
        partial: what is not answered yet is fine; for keeping answers and for going on later.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    use_required_attribute = False

    def __init__(self, *args: Any, aid: Aid, partial: bool = False, preview: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.aid = aid
        names = []
        for number, question in enumerate(aid.questions, start=1):
            name = f"q_{question.key}"
            self.fields[name] = forms.ChoiceField(
                label=f"{number}. {question.text}",
                help_text=question.help,
                choices=[(option.key, option.text) for option in question.options],
                widget=forms.RadioSelect,
                required=not partial,
                error_messages={"required": _("Choose an answer.")},
            )
            names.append(name)
        self.helper = helper(self, *([] if preview else ["version"]), *names, method="get" if preview else "post")
        first = Submit("advies", _("See the advice"))
        later = Submit("later", _("Keep it and go on later"), css_class="utrecht-button--secondary-action")
        self.helper.layout.append(ButtonHolder(first) if preview else ButtonHolder(first, later))

    @property
    def answers(self) -> dict[str, str]:
        """Question -> option, of what was answered."""
        given = {question.key: self.cleaned_data.get(f"q_{question.key}") for question in self.aid.questions}
        return {key: value for key, value in given.items() if value}


def initial_answers(answers: dict[str, str]) -> dict[str, str]:
    """Kept answers as the form begins with them."""
    return {f"q_{key}": value for key, value in answers.items()}


class MakeForm(forms.Form):
    """The choice itself: one of the offered forms, with the reasons."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    form = forms.ChoiceField(label=gettext_lazy("Which form do you choose?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Why this form?"),
        max_length=4_000,
        required=False,
        help_text=gettext_lazy(
            "Everybody can read this with the process. With another form than the advice it is needed."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, aid: Aid, advice: Advice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.advised = advice.form
        order = [score.form for score in (*advice.ranking, *advice.vetoed)]
        shown = [form for key in order if (form := aid.form(key))]
        fields: Any = self.fields
        fields["form"].choices = [(form.key, self._label(form.title, form.key, advice)) for form in shown]
        fields["form"].initial = advice.form
        explain(
            fields["form"],
            {form.key: f"{str(Level(form.level).label).capitalize()}. {form.text}" for form in shown},
        )
        self.helper = helper(self, submit=_("Make this choice"), guard=True)

    def _label(self, title: str, key: str, advice: Advice) -> str:
        name = title[:1].upper() + title[1:]
        if key == advice.form:
            return _("%(form)s (the advice)") % {"form": name}
        score = advice.score(key)
        if score is not None and score.vetoed_by:
            return _("%(form)s (against a rule)") % {"form": name}
        return name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("form") not in (None, self.advised) and not (cleaned.get("reason") or "").strip():
            self.add_error("reason", _("Say why you choose another form than the advice."))
        return cleaned


class BeginProcessForm(forms.Form):
    """A process of the chosen form."""

    title = forms.CharField(
        label=gettext_lazy("What is it called?"), max_length=120, widget=forms.TextInput(attrs=LONG)
    )
    starts_on = forms.DateField(
        label=gettext_lazy("First day"),
        widget=DateInput,
        help_text=gettext_lazy("The phases follow from it. You can change everything before you publish."),
    )

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=_("Begin a process with this choice"), cancel_url=cancel_url)


class TieForm(forms.Form):
    """An existing process for the choice."""

    process = forms.ModelChoiceField(Process.objects.none(), label=gettext_lazy("Process"))

    def __init__(self, *args: Any, municipality: Municipality, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["process"].queryset = processes_to_tie(municipality)
        fields["process"].label_from_instance = lambda process: f"{process.title} ({process.get_state_display()})"
        fields["process"].help_text = _(
            "The process takes over the form and the level. Its phases stay as they are: look at them afterwards. Of a "
            "process that runs, followers hear of the choice."
        )
        self.helper = helper(self, submit=_("Tie the choice to this process"), cancel_url=cancel_url)


class UseForm(forms.Form):
    """Taking a prepared version of the aid into use."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("What changed?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("One sentence for colleagues and for later."),
        widget=forms.TextInput(attrs=LONG),
    )

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, "version", "note")
        self.helper.layout.append(
            ButtonHolder(
                Submit("submit", _("Take this version into use")),
                HTML(format_html('<a href="{}">{}</a>', cancel_url, _("Cancel"))),
            )
        )
