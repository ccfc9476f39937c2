"""Forms of practices, lessons, and of who reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crispy_forms.layout import Fieldset
from django import forms
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.forms import EuroField, explain, helper
from foundation.municipalities.tenancy import municipality_of_host
from initiatives.models import Initiative
from learning_network.enums import Credit, SharedState, Visibility
from learning_network.models import LearningQuestion, Lesson, Practice
from participation.models import Process

if TYPE_CHECKING:
    from learning_network.models import Shared
    from learning_network.queries.places import Place

LONG = {"class": "input--long"}


class PageField(forms.CharField):
    """The address of a page of an initiative or a process of this installation; cleans to that row, or None.

    ``user`` is set by the form: only what this person may see is found.
    """

    def __init__(self, *, view: str, model: type[Initiative] | type[Process], **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={**LONG, "inputmode": "url"}))
        super().__init__(required=False, max_length=400, **kwargs)
        self.view, self.model = view, model
        self.user: Any = None

    def prepare_value(self, value: Any) -> Any:
        return value.get_absolute_url() if isinstance(value, Initiative | Process) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = self._found(text)
        if found is None:
            raise forms.ValidationError(_("There is no such page here. Open the page and copy its address."))
        return found

    def _found(self, text: str) -> Any:
        parts = urlsplit(text.strip())
        slug = municipality_of_host(parts.netloc) if parts.netloc else None
        for path in (parts.path, f"/{slug}{parts.path}" if slug else ""):
            try:
                match = resolve(path)
            except Resolver404:
                continue
            if match.view_name == self.view:
                rows: Any = self.model.objects.select_related("municipality")
                row = rows.filter(
                    municipality__slug=match.kwargs["municipality_slug"],
                    municipality__published_at__isnull=False,
                    slug=match.kwargs["slug"],
                ).first()
                if row is not None and self._visible(row):
                    return row
        return None

    def _visible(self, row: Any) -> bool:
        if isinstance(row, Process):
            return bool(Process.objects.visible_to(self.user, row.municipality).filter(pk=row.pk).exists())
        return bool(Initiative.objects.visible_to(self.user).filter(pk=row.pk).exists())


class _SharedForm(forms.ModelForm):
    """What practices and lessons have in common: whose they are, what they are linked to, which names are shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    where = forms.ChoiceField(label=gettext_lazy("Whose experience is it?"))
    initiative = PageField(
        label=gettext_lazy("An initiative that belongs to it"),
        view="initiatives:detail",
        model=Initiative,
        help_text=gettext_lazy("Copy the address of its page on this site."),
    )
    process = PageField(
        label=gettext_lazy("A participation process that belongs to it"),
        view="participation:detail",
        model=Process,
        help_text=gettext_lazy("Copy the address of its page on this site."),
    )

    def __init__(self, *args: Any, user: Any, places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = {place.key: place for place in places}
        self.initial["version"] = self.instance.version
        for name in ("initiative", "process"):
            self.fields[name].user = user  # type: ignore[attr-defined]
            self.initial[name] = getattr(self.instance, name)
        if self.instance.pk:
            del self.fields["where"]
        else:
            self.fields["where"].choices = [(place.key, place.label) for place in places]  # type: ignore[attr-defined]
        credit = self.fields["credit"]
        credit.widget = forms.RadioSelect(choices=Credit.choices)
        explain(
            credit, {Credit.NOBODY: _("Readers see “a municipality”. The people of your municipality know, of course.")}
        )

    @property
    def place(self) -> Place:
        """Whose it is, of a new one."""
        return self._places[self.cleaned_data["where"]]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "where")}

    def _post_clean(self) -> None:
        """The service checks and writes; the row that the page shows stays as it is."""


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PracticeForm(_SharedForm):
    """A practice in its fixed, short form. Only the title is needed to keep a draft."""

    present_cost_cents = EuroField(label=gettext_lazy("What did it cost before, a year?"), required=False)
    budget_cents = EuroField(label=gettext_lazy("Which budget went over, a year?"), required=False)
    saving_cents = EuroField(
        label=gettext_lazy("What does it save, a year?"),
        required=False,
        help_text=gettext_lazy("Leave it empty when you do not know."),
    )

    class Meta:
        model = Practice
        fields = (
            *("title", "summary", "theme", "place", "about", "handed_over", "took_part", "role"),
            *("present_cost_cents", "budget_cents", "saving_cents"),
            *("support", "obstacles", "result", "again", "initiative", "process", "credit"),
        )
        labels = {
            "title": gettext_lazy("Title"),
            "summary": gettext_lazy("In one or two sentences"),
            "place": gettext_lazy("In which neighbourhood or place?"),
            "about": gettext_lazy("What is it about?"),
            "handed_over": gettext_lazy("What did you hand over or try?"),
            "took_part": gettext_lazy("Who took part?"),
            "role": gettext_lazy("What did the municipality do, and what did it leave to others?"),
            "support": gettext_lazy("How did council, executive and organisation come to support it?"),
            "obstacles": gettext_lazy("What stood in the way?"),
            "result": gettext_lazy("What came of it?"),
            "again": gettext_lazy("What would you do again, and what differently?"),
            "credit": gettext_lazy("Which names stand under it?"),
        }
        help_texts = {
            "title": gettext_lazy("Say what you did, so that others find it: “Residents run the petting zoo”."),
            "obstacles": gettext_lazy("Others learn most from this. Be as plain as you can."),
        }
        widgets = {
            "title": forms.TextInput(attrs=LONG),
            "summary": _area(2),
            "about": _area(4),
            "handed_over": _area(4),
            "took_part": _area(3),
            "role": _area(4),
            "support": _area(3),
            "obstacles": _area(4),
            "result": _area(4),
            "again": _area(4),
        }

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name not in ("title", "where", "theme", "credit"):
                field.required = False
        where = ["where"] if "where" in self.fields else []
        self.helper = helper(
            self,
            "version",
            Fieldset(_("What it is"), *where, "title", "summary", "theme", "place"),
            Fieldset(_("What you did"), "about", "handed_over", "took_part", "role"),
            Fieldset(_("Money"), "present_cost_cents", "budget_cents", "saving_cents"),
            Fieldset(_("How it went"), "support", "obstacles", "result", "again"),
            Fieldset(_("Links and names"), "initiative", "process", "credit"),
            submit=_save_words(self.instance),
            cancel_url=cancel_url,
            guard=True,
        )


class LessonForm(_SharedForm):
    """A lesson: short enough to be used by somebody else."""

    class Meta:
        model = Lesson
        fields = (
            *("title", "outcome", "theme", "for_whom", "happened", "learned", "advice"),
            *("practice", "questions", "initiative", "process", "credit"),
        )
        labels = {
            "title": gettext_lazy("The lesson in one line"),
            "outcome": gettext_lazy("What did you learn it from?"),
            "for_whom": gettext_lazy("For whom is it useful?"),
            "happened": gettext_lazy("What happened?"),
            "learned": gettext_lazy("What did you learn?"),
            "advice": gettext_lazy("What can somebody else do?"),
            "practice": gettext_lazy("Does it belong to a practice?"),
            "questions": gettext_lazy("Which learning questions does it answer?"),
            "credit": gettext_lazy("Which names stand under it?"),
        }
        widgets = {
            "title": forms.TextInput(attrs=LONG),
            "outcome": forms.RadioSelect,
            "for_whom": forms.TextInput(attrs=LONG),
            "happened": _area(4),
            "learned": _area(4),
            "advice": _area(3),
            "questions": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, user: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        mine = {place.programme.pk for place in self._places.values() if place.programme is not None}
        if self.instance.pk:
            mine = {self.instance.programme_id} - {None}  # type: ignore[assignment]
        readable = Practice.objects.visible_to(user).filter(programme__in=mine) | Practice.objects.visible_to(
            user
        ).filter(author=user)
        self.fields["practice"].queryset = readable.order_by("title")  # type: ignore[attr-defined]
        self.fields["practice"].empty_label = _("None")  # type: ignore[attr-defined]
        questions = LearningQuestion.objects.filter(programme__in=mine).order_by("programme", "number")
        self.fields["questions"].queryset = questions  # type: ignore[attr-defined]
        for name in ("for_whom", "happened", "learned", "advice", "practice", "questions"):
            self.fields[name].required = False
        if not questions:
            del self.fields["questions"]
        where = ["where"] if "where" in self.fields else []
        asked = ["questions"] if "questions" in self.fields else []
        self.helper = helper(
            self,
            "version",
            Fieldset(_("The lesson"), *where, "title", "outcome", "theme", "for_whom"),
            Fieldset(_("What is behind it"), "happened", "learned", "advice"),
            Fieldset(_("Links and names"), "practice", *asked, "initiative", "process", "credit"),
            submit=_save_words(self.instance),
            cancel_url=cancel_url,
            guard=True,
        )


def _save_words(instance: Shared) -> str:
    return _("Save") if instance.pk and instance.state == SharedState.SHARED else _("Save the draft")


class CircleForm(forms.Form):
    """Who reads it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    visibility = forms.ChoiceField(
        label=gettext_lazy("Who may read this?"), choices=Visibility.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, item: Shared, readers: dict[Any, str], cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["visibility"]
        field.choices = [(code, label) for code, label in Visibility.choices if code in readers]
        explain(field, readers)
        self.initial = {"version": item.version, "visibility": item.visibility}
        shared = item.state == SharedState.SHARED
        self.helper = helper(self, submit=_("Go on") if not shared else _("Change who reads it"), cancel_url=cancel_url)


class WhyForm(forms.Form):
    """The reason for something that others have to understand."""

    reason = forms.CharField(label=gettext_lazy("Why?"), max_length=1_000, widget=_area(3))

    def __init__(self, *args: Any, submit: str, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=submit, cancel_url=cancel_url, danger=True)
