"""Forms of the back office: the steps of the wizard, cancelling, and the filter of the list."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Fieldset, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.core.forms import DateTimeInput, EuroField, explain, helper, limits
from foundation.core.uploads import IMAGE_BYTES
from foundation.municipalities.models import Area, Municipality
from foundation.voting.enums import BallotState, Electorate
from foundation.voting.models import Ballot, VoterGroup
from foundation.voting.queries.wording import Words
from foundation.voting.services.imports import MAX_BYTES, ReadFile, read_file


class BasicsForm(forms.ModelForm):
    """Step 1: what the vote is about."""

    class Meta:
        model = Ballot
        fields = ("title", "question", "is_binding")
        widgets = {"question": forms.Textarea(attrs={"rows": 8})}
        help_texts = {
            "title": _("Short and clear, such as “Neighbourhood budget Crabbehof 2026”."),
            "is_binding": _("Without a tick the vote is indicative: residents read that the result is advice."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["question"].required = True
        self.helper = helper(self, submit=str(_("Save and go on")), guard=True)


class ProjectForm(forms.Form):
    """One line of step 2."""

    title = forms.CharField(label=_("Project"), max_length=200)
    cost_cents = EuroField(
        label=_("Cost"), required=False, help_text=_("Leave it empty when the vote does not divide money.")
    )
    text = forms.CharField(label=_("Explanation"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    category = forms.CharField(label=_("Theme"), max_length=80, required=False)
    reference = forms.CharField(required=False, widget=forms.HiddenInput)
    # The number that this line had: its picture and link go along, also when lines before it are taken away.
    was = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        areas: list[tuple[int, str]],
        area_rows: dict[int, Area],
        words: Words,
        spends: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].label = words.one
        if not spends:
            del self.fields["cost_cents"]
        field = forms.TypedChoiceField(
            label=_("Neighbourhood"),
            choices=[("", _("everywhere")), *areas],
            required=False,
            empty_value=None,
            coerce=lambda value: area_rows[int(value)],
        )
        self.fields["area"] = field  # one query for all lines instead of one for each
        self.use_required_attribute = False
        self.helper = helper(
            self,
            Row("title", "cost_cents") if spends else "title",
            "text",
            Row("area", "category"),
            "reference",
            "was",
            tag=False,
            wide=True,
        )

    def clean_cost_cents(self) -> int:
        return self.cleaned_data["cost_cents"] or 0

    @property
    def is_empty_line(self) -> bool:
        return not any(self.data.get(self.add_prefix(name), "").strip() for name in ("title", "cost_cents", "text"))


class PictureForm(forms.Form):
    """The picture and the link of one option."""

    picture = forms.FileField(label=_("Picture"), required=False)
    picture_alt = forms.CharField(
        label=_("What the picture shows"),
        max_length=200,
        required=False,
        help_text=_("One sentence for people who can't see it, such as “Children on a wooden climbing frame”."),
    )
    remove = forms.BooleanField(label=_("Take the picture away"), required=False)
    url = forms.URLField(label=_("Page with the whole proposal"), max_length=300, required=False, assume_scheme="https")

    def __init__(self, *args: Any, has_picture: bool, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits(self.fields["picture"], kinds=str(_("A photo as JPEG, PNG or WebP")), max_bytes=IMAGE_BYTES)
        self.fields["picture"].widget.attrs["accept"] = "image/jpeg,image/png,image/webp"
        if not has_picture:
            del self.fields["remove"]
        self.helper = helper(self, submit=str(_("Save")), cancel_url=cancel_url)


class FileForm(forms.Form):
    """A `.pb`, BLT or CSV file with projects; every bad line is named beside the field."""

    file = forms.FileField(label=_("File with projects"))

    def __init__(self, *args: Any, municipality: Municipality, spends: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.municipality, self.spends = municipality, spends
        self.read: ReadFile | None = None
        limits(
            self.fields["file"],
            kinds=str(_("A Pabulib file (.pb), a ranked election (.blt) or a spreadsheet as CSV")),
            max_bytes=MAX_BYTES,
        )
        self.fields["file"].widget.attrs["accept"] = ".pb,.blt,.csv"
        self.helper = helper(self, submit=str(_("Look at the projects")))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        self.read = read_file(file.read(MAX_BYTES + 1), file.name, self.municipality, spends=self.spends)
        if self.read.errors:
            raise forms.ValidationError(self.read.errors[:20])
        return file


class WhoAndWhenForm(forms.ModelForm):
    """Step 4: who may vote, from when until when."""

    areas = forms.ModelMultipleChoiceField(
        label=_("Neighbourhoods"),
        queryset=Area.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick nothing for the whole municipality."),
    )

    class Meta:
        model = Ballot
        fields = (
            "electorate",
            "group",
            "minimum_age",
            "required_assurance",
            "opens_at",
            "closes_at",
            "allow_change",
            "takes_paper",
        )
        widgets = {
            "electorate": forms.RadioSelect,
            "required_assurance": forms.RadioSelect,
            "opens_at": DateTimeInput,
            "closes_at": DateTimeInput,
            "minimum_age": forms.NumberInput(attrs={"class": "input--number"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = (
            Area.objects.for_municipality(self.instance.municipality).current().filter(is_water=False).defer("geometry")
        )
        field = self.fields["areas"]
        field.queryset = rows.order_by("kind", "name")  # type: ignore[attr-defined]
        self.initial["areas"] = list(self.instance.ballot_areas.values_list("area_id", flat=True))
        self.fields["electorate"].choices = Electorate.choices  # type: ignore[attr-defined]
        explain(
            self.fields["electorate"],
            {
                Electorate.GROUP: str(_("People whom you put on a list. Age and neighbourhood are yours to check.")),
                Electorate.ANYONE: str(_("Only for an indicative vote.")),
                Electorate.CODES: str(
                    _("Without an account. You print letters with codes; age and neighbourhood are yours to check.")
                ),
            },
        )
        groups = VoterGroup.objects.filter(municipality=self.instance.municipality)
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        self.fields["group"].help_text = _(
            "Only when members of a group vote. You make groups under “Groups of voters”."
        )
        self.fields["allow_change"].help_text = _(
            "Who lost the code can't change anything: that vote stands. Nobody sees how often somebody changes."
        )
        self.fields["minimum_age"].help_text = _(
            "Who reaches this age in the year of the vote may take part. Empty: no minimum."
        )
        for name in ("opens_at", "closes_at"):
            self.fields[name].required = True
        self.helper = helper(
            self,
            Fieldset(str(_("When")), "opens_at", "closes_at", "allow_change", "takes_paper"),
            Fieldset(str(_("Who")), "electorate", "group", "minimum_age", "required_assurance", "areas"),
            submit=str(_("Save and go on")),
            guard=True,
        )

    def clean(self) -> dict[str, Any]:
        """A group goes with a vote of a group, and only with that."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("electorate") != Electorate.GROUP:
            cleaned["group"] = None
        elif cleaned.get("group") is None:
            self.add_error("group", _("Choose the group whose members may vote."))
        return cleaned


class ReasonForm(forms.Form):
    """Why a ballot is cancelled or taken back."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)

    def __init__(self, *args: Any, submit: str, cancel_url: str, public: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if public:
            self.fields["reason"].help_text = _("Residents read this.")
        self.helper = helper(self, submit=submit, cancel_url=cancel_url, danger=True)


class ReminderForm(forms.Form):
    """A moment at which those who did not vote are reminded."""

    due_at = forms.DateTimeField(
        label=_("Moment"),
        widget=DateTimeInput,
        help_text=_("While the vote is open, and at least a day from another reminder. Mornings work well."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=str(_("Plan this reminder")))


class StaffFilter(forms.Form):
    """Which ballots the list shows."""

    state = forms.ChoiceField(label=_("State"), required=False)
    q = forms.CharField(label=_("Search"), required=False, max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", _("All")), *BallotState.choices]  # type: ignore[attr-defined]
        self.helper = helper(self, "q", "state", submit=str(_("Show")), method="get", css_class="filters", wide=True)
