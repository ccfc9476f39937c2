"""Forms of a municipality's own settings; the wizard and the settings pages share them."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import HTML, Fieldset
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from foundation.core.forms import explain, helper, limits
from foundation.core.uploads import check_logo
from foundation.municipalities.enums import WORD_IDEA, WORD_INITIATIVE, WORD_PLAN, Theme
from foundation.municipalities.imports.files import MAX_BYTES as MAX_IMPORT_BYTES
from foundation.municipalities.models import Area, ByLaw, Municipality, Sector
from foundation.municipalities.theme import MAX_BYTES as MAX_THEME_BYTES
from foundation.municipalities.theme import ThemeError, ThemeFile, read_theme

MAX_LOGO_BYTES = 2 * 1024 * 1024
# Two forms on one page: which one was sent.
_WHAT = '<input type="hidden" name="what" value="{}">'


def posted(request: HttpRequest) -> QueryDict | None:
    """The answers of a form that was sent, also when every answer is empty; None for a page that is only shown."""
    return request.POST if request.method == "POST" else None


class CodeField(forms.CharField):
    """A CBS code: capitals, whatever was typed."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).upper()


class DetailsForm(forms.ModelForm):
    class Meta:
        model = Municipality
        fields = ["name", "cbs_code", "slug", "contact_email", "address_form", "host"]
        widgets = {"address_form": forms.RadioSelect}
        field_classes = {"cbs_code": CodeField}
        help_texts = {
            "cbs_code": _(
                "The code of Statistics Netherlands, such as GM0505. It tells which neighbourhoods are yours."
            ),
            "contact_email": _("Residents who need help write to this address; it stands at the bottom of the pages."),
            "host": _("Such as meedoen.dordrecht.nl. Your web host must let that name point to this portal first."),
        }
        labels = {"contact_email": _("Contact address (e-mail)")}

    def __init__(self, *args: Any, submit: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The model's own rules are told together with the form's, not one round later by the service.
        for name in ("slug", "cbs_code", "host"):
            own = self.fields[name].validators
            rules = Municipality._meta.get_field(name).validators  # type: ignore[union-attr]
            own += [rule for rule in rules if rule not in own]
        self.fields["contact_email"].required = True
        self.fields["cbs_code"].required = True
        self.fields["cbs_code"].widget.attrs |= {"autocapitalize": "characters", "class": "input--short"}
        self.fields["contact_email"].widget.attrs["autocomplete"] = "email"
        explain(
            self.fields["address_form"],
            {"je": str(_("Kies je buurt")), "u": str(_("Kies uw buurt"))},
        )
        self.helper = helper(self, submit=submit)

    def clean_slug(self) -> str:
        return str(self.cleaned_data["slug"]).lower()

    def _post_clean(self) -> None:
        """The service sets and checks the model: a form that changed the instance would show what was never saved."""


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File with neighbourhoods"),
        help_text=_(
            "GeoJSON with shapes (for the map) or CSV. A file of more municipalities is fine: yours are picked out."
        ),
    )
    year = forms.IntegerField(
        label=_("Year of the list"),
        required=False,
        min_value=1995,
        max_value=2100,
        help_text=_("Only when neither the file nor its name tells it."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "input--short"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits(self.fields["file"], kinds=str(_("A GeoJSON or CSV file")), max_bytes=MAX_IMPORT_BYTES)
        self.fields["file"].widget.attrs["accept"] = ".geojson,.json,.csv,.txt"
        self.helper = helper(self, HTML(_WHAT.format("areas")), "file", "year", submit=str(_("Read this file")))


class PostcodesForm(forms.Form):
    file = forms.FileField(
        label=_("File with postcodes"),
        help_text=_("The list of CBS with postcode, house number and neighbourhood (pc6hnr…_gwb.csv)."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits(self.fields["file"], kinds=str(_("A CSV file")), max_bytes=MAX_IMPORT_BYTES)
        self.helper = helper(self, HTML(_WHAT.format("postcodes")), "file", submit=str(_("Read the postcodes")))


class AttentionAreasForm(forms.Form):
    areas = forms.ModelMultipleChoiceField(
        label=_("Attention areas"),
        queryset=Area.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Neighbourhoods that get extra attention. They are marked on the map and in the lists."),
    )

    def __init__(self, *args: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["areas"]
        field.queryset = areas  # type: ignore[attr-defined]
        self.helper = helper(self, submit=str(_("Save the attention areas")), wide=True)


class StyleForm(forms.Form):
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices, widget=forms.RadioSelect)
    theme_file = forms.FileField(
        label=_("Own theme file"),
        required=False,
        help_text=_("A CSS file with only :root { --basis-…: …; }, as NL Design System themes have (variables.css)."),
    )
    logo = forms.FileField(label=_("Logo"), required=False, help_text=_("It stands at the top left of every page."))
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)
    word_plan = forms.CharField(label=_("A plan is called"), required=False, max_length=30)
    word_idea = forms.CharField(label=_("An idea is called"), required=False, max_length=30)
    word_initiative = forms.CharField(label=_("An initiative is called"), required=False, max_length=30)

    WORDS = {"word_plan": WORD_PLAN, "word_idea": WORD_IDEA, "word_initiative": WORD_INITIATIVE}

    def __init__(self, *args: Any, municipality: Municipality, submit: str, **kwargs: Any) -> None:
        words = {field: municipality.word(key) for field, key in self.WORDS.items()}
        kwargs["initial"] = {"theme": municipality.theme, **words, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        if not municipality.logo:
            del self.fields["remove_logo"]
        explain(
            self.fields["theme"],
            {
                Theme.AANZET: str(_("Warm and calm; made for this portal.")),
                Theme.VOORBEELD: str(_("The neutral example theme of NL Design System.")),
                Theme.OWN: str(_("The colours and letters of your own house style.")),
            },
        )
        limits(self.fields["theme_file"], kinds=str(_("A CSS file with tokens")), max_bytes=MAX_THEME_BYTES)
        limits(self.fields["logo"], kinds=str(_("A PNG, JPEG or WebP picture")), max_bytes=MAX_LOGO_BYTES)
        self.fields["theme_file"].widget.attrs["accept"] = ".css"
        self.fields["logo"].widget.attrs["accept"] = "image/png,image/jpeg,image/webp"
        look = ["theme", "theme_file", "logo", *(["remove_logo"] if municipality.logo else [])]
        self.helper = helper(
            self, Fieldset(str(_("Look")), *look), Fieldset(str(_("Your own words")), *self.WORDS), submit=submit
        )

    def clean_theme_file(self) -> ThemeFile | None:
        upload = self.cleaned_data["theme_file"]
        if not upload:
            return None
        if upload.size > MAX_THEME_BYTES:
            raise ValidationError(_("The file is larger than 300 kB; a theme file holds tokens only."))
        try:
            return read_theme(upload.read())
        except ThemeError as error:
            raise ValidationError(str(error)) from None

    def clean_logo(self) -> ContentFile[bytes] | None:
        upload = self.cleaned_data["logo"]
        return check_logo(upload) if upload else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        # Who uploads a theme file means to use it.
        if cleaned.get("theme_file") and "theme" in cleaned:
            cleaned["theme"] = Theme.OWN
        return cleaned

    @property
    def words(self) -> dict[str, str]:
        return {key: self.cleaned_data.get(field, "") for field, key in self.WORDS.items()}


class SectorsForm(forms.Form):
    names = forms.CharField(
        label=_("New sectors"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One on each line, for example: Public space, Care, Living together."),
        max_length=4000,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=str(_("Add these sectors")))

    @property
    def lines(self) -> list[str]:
        return str(self.cleaned_data["names"]).splitlines()


class SectorForm(forms.ModelForm):
    class Meta:
        model = Sector
        fields = ["name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=str(_("Save the name")))

    def _post_clean(self) -> None:
        """The service checks."""


class ByLawForm(forms.ModelForm):
    shall = forms.CharField(
        label=_("The municipality must refuse when"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One ground on each line."),
    )
    may = forms.CharField(
        label=_("The municipality may refuse when"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One ground on each line. A decision on such a ground says why."),
    )

    url = forms.URLField(
        label=_("Where people can read the by-law"),
        required=False,
        assume_scheme="https",
        help_text=_("The address on lokaleregelgeving.overheid.nl."),
    )

    class Meta:
        model = ByLaw
        fields = [
            "url",
            "decision_weeks",
            "extension_weeks",
            "publication_weeks",
            "support_threshold",
            "retention_months",
        ]
        labels = {
            "decision_weeks": _("Weeks to decide on a request"),
            "extension_weeks": _("Weeks by which the decision may be put off"),
            "publication_weeks": _("Weeks until the final report of a process"),
            "support_threshold": _("Supporters that a request needs"),
            "retention_months": _("Months that personal data are kept after the end"),
        }
        help_texts = {
            "decision_weeks": _("Without a by-law of its own: eight weeks (Awb, article 4:13)."),
            "extension_weeks": _("With a notice to the residents within the term (Awb, article 4:14)."),
            "support_threshold": _("0 asks for none; the model by-law asks for none on purpose."),
        }

    def __init__(self, *args: Any, submit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shall"].initial = "\n".join(self.instance.grounds_shall)
        self.fields["may"].initial = "\n".join(self.instance.grounds_may)
        for name in ("decision_weeks", "extension_weeks", "publication_weeks", "support_threshold", "retention_months"):
            self.fields[name].widget.attrs |= {"inputmode": "numeric", "class": "input--short"}
        self.helper = helper(
            self,
            Fieldset(str(_("Terms")), "decision_weeks", "extension_weeks", "publication_weeks"),
            Fieldset(str(_("Grounds of refusal")), "shall", "may"),
            Fieldset(str(_("Other rules")), "support_threshold", "retention_months", "url"),
            submit=submit,
        )

    def _post_clean(self) -> None:
        """The service checks."""

    @property
    def values(self) -> dict[str, Any]:
        """For ``services.by_law.update_by_law``."""
        grounds = [
            {"kind": kind, "text": " ".join(line.split())[:500]}
            for kind in ("shall", "may")
            for line in str(self.cleaned_data[kind]).splitlines()
            if line.strip()
        ]
        return {name: self.cleaned_data[name] for name in self.Meta.fields} | {"refusal_grounds": grounds}


class CloseForm(forms.Form):
    reason = forms.CharField(
        label=_("Why are the pages hidden?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        help_text=_("Colleagues read it in the log."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=str(_("Hide the pages")), danger=True)
