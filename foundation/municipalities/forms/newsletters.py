"""Forms about following and about newsletters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crispy_forms.layout import HTML, ButtonHolder, Fieldset, LayoutObject, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from foundation.core.forms import DateTimeInput, helper
from foundation.core.wording import whole
from foundation.municipalities.audiences import Item
from foundation.municipalities.models import Area, Municipality, Newsletter, NewsTheme
from foundation.municipalities.queries import inhabited_neighbourhoods
from foundation.municipalities.queries_follows import AudienceGroup, Wishes, themes_of

MOST_BLOCKS = 12
MOST_ITEMS = 10


class FollowForm(forms.Form):
    """What to follow. ``address``: asks for an e-mail address; ``only``: what is followed now, from which one can only drop."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We send you an e-mail first to check that the address is yours."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    whole = forms.BooleanField(required=False)
    areas = forms.ModelMultipleChoiceField(
        label=_("Neighbourhoods you follow"),
        queryset=Area.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    add_area = forms.ModelChoiceField(
        label=_("Neighbourhood"), queryset=Area.objects.none(), required=False, empty_label=_("None")
    )
    themes: forms.ModelMultipleChoiceField[NewsTheme] = forms.ModelMultipleChoiceField(
        label=_("Themes"), queryset=NewsTheme.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        municipality: Municipality,
        wishes: Wishes,
        address: bool = False,
        only: bool = False,
        submit: str,
        action: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        areas, themes = inhabited_neighbourhoods(municipality).order_by("name"), themes_of(municipality)
        self.fields["whole"].label = gettext("Everything of the municipality of %(name)s") % {"name": municipality.name}
        followed = areas.filter(pk__in=wishes.areas)
        self.fields["areas"].queryset = followed  # type: ignore[attr-defined]
        self.fields["add_area"].queryset = areas.exclude(pk__in=wishes.areas)  # type: ignore[attr-defined]
        self.fields["themes"].queryset = themes.filter(pk__in=wishes.themes) if only else themes  # type: ignore[attr-defined]
        self.initial = {
            "whole": wishes.municipality,
            "areas": list(wishes.areas),
            "themes": list(wishes.themes),
            **self.initial,
        }
        dropped = {
            "email": not address,
            "whole": only and not wishes.municipality,
            "areas": not wishes.areas,
            "add_area": only or not areas.exists(),
            "themes": not self.fields["themes"].queryset.exists(),  # type: ignore[attr-defined]
        }
        for name, gone in dropped.items():
            if gone:
                del self.fields[name]
        if "areas" in self.fields and "add_area" in self.fields:
            self.fields["add_area"].label = gettext("Another neighbourhood")
        self.needs_one = address
        self.helper = helper(self, submit=submit, action=action)
        if address or only:
            # Anonymous: no cookie, and nothing happens without the link in the e-mail, or with one that was mailed.
            self.helper.disable_csrf = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.needs_one and not self.wishes():
            raise ValidationError(gettext("Choose at least one thing to follow."))
        return cleaned

    def wishes(self) -> Wishes:
        """What was ticked."""
        data = self.cleaned_data
        areas = {area.pk for area in data.get("areas") or ()}
        if data.get("add_area"):
            areas.add(data["add_area"].pk)
        return Wishes(bool(data.get("whole")), areas, {theme.pk for theme in data.get("themes") or ()})


class NewsletterForm(forms.Form):
    """Subject, introduction, parts and picked things. Parts without text are left out; "one more" adds an empty one."""

    subject = forms.CharField(
        label=_("Subject"), max_length=120, help_text=_("People see this first. Say what it is about.")
    )
    intro = forms.CharField(
        label=_("Introduction"),
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences: why do you write?"),
    )
    is_public = forms.BooleanField(
        label=_("Put it in the archive"),
        required=False,
        initial=True,
        help_text=_("Then everybody can read it on the website once it is sent."),
    )

    def __init__(
        self,
        *args: Any,
        newsletter: Newsletter | None,
        offered: list[tuple[str, str, list[Item]]],
        parts: int = 0,
        cancel_url: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        blocks = newsletter.blocks if newsletter else []
        if newsletter is not None:
            for name in ("subject", "intro", "is_public"):
                self.initial.setdefault(name, getattr(newsletter, name))
        self.parts = min(MOST_BLOCKS, max(parts, len(blocks) + (not blocks)))
        layout: list[str | LayoutObject] = ["subject", "intro"]
        for number in range(1, self.parts + 1):
            block = blocks[number - 1] if number <= len(blocks) else {"heading": "", "text": ""}
            heading, text = f"heading_{number}", f"text_{number}"
            self.fields[heading] = forms.CharField(
                label=gettext("Heading"), max_length=120, required=False, initial=block["heading"]
            )
            self.fields[text] = forms.CharField(
                label=gettext("Text"),
                max_length=5000,
                required=False,
                initial=block["text"],
                widget=forms.Textarea(attrs={"rows": 6}),
                help_text=gettext("An empty line begins a paragraph. A web address becomes a link, **bold** is bold."),
            )
            layout.append(Fieldset(gettext("Part %(number)d") % {"number": number}, heading, text))
        if self.parts < MOST_BLOCKS:
            layout.append(
                HTML(
                    format_html(
                        '<input type="hidden" name="parts" value="{}"><p><button type="submit" name="more" value="1" '
                        'class="utrecht-button utrecht-button--secondary-action" formnovalidate>{}</button></p>',
                        self.parts,
                        gettext("One more part"),
                    )
                )
            )
        self.items = {f"{code}:{item.key}": item for code, _label, items in offered for item in items}
        picked = {item["url"] for item in newsletter.items} if newsletter else set()
        for code, label, items in offered:
            name = f"items_{code}"
            choices = [(f"{code}:{item.key}", item.title) for item in items]
            self.fields[name] = forms.MultipleChoiceField(
                label=label,
                choices=choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=[key for key, _title in choices if self.items[key].url in picked],
            )
            layout.append(name)
        layout.append("is_public")
        self.helper = helper(self, *layout, guard=True)
        self.helper.layout.append(
            ButtonHolder(
                Submit("submit", gettext("Save and look at it")),
                HTML(format_html('<a href="{}">{}</a>', cancel_url, gettext("Cancel"))),
            )
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if len(self._picked(cleaned)) > MOST_ITEMS:
            raise ValidationError(gettext("Choose at most %(limit)d things from the portal.") % {"limit": MOST_ITEMS})
        return cleaned

    def _picked(self, cleaned: dict[str, Any]) -> list[str]:
        return [key for name, keys in cleaned.items() if name.startswith("items_") for key in keys]

    def fields_for_service(self) -> dict[str, Any]:
        """As ``services.newsletters`` wants them."""
        data = self.cleaned_data
        pairs = [(data.get(f"heading_{n}", ""), data.get(f"text_{n}", "")) for n in range(1, self.parts + 1)]
        items = [self.items[key] for key in self._picked(data)]
        return {
            "subject": data["subject"],
            "intro": data["intro"],
            "is_public": data["is_public"],
            "blocks": [{"heading": heading, "text": text} for heading, text in pairs if heading or text],
            "items": [{"title": item.title, "text": item.text, "url": item.url} for item in items],
        }


class AudienceForm(forms.Form):
    """For whom: a group of checkboxes for each kind of followers, each with its number."""

    def __init__(
        self, *args: Any, groups: list[AudienceGroup], chosen: list[str], cancel_url: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for group in groups:
            self.fields[group.code] = forms.MultipleChoiceField(
                label=group.label,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                choices=[
                    (
                        f"{group.code}:{choice.value}",
                        ngettext("%(label)s (%(n)s follower)", "%(label)s (%(n)s followers)", choice.followers)
                        % {"label": choice.label, "n": whole(choice.followers)},
                    )
                    for choice in group.choices
                ],
                initial=[one for one in chosen if one.partition(":")[0] == group.code],
            )
        self.helper = helper(self, submit=gettext("Save for whom it is"), cancel_url=cancel_url)

    def audiences(self) -> list[str]:
        return [one for name in self.fields for one in self.cleaned_data[name]]


class ScheduleForm(forms.Form):
    when = forms.ChoiceField(
        label=_("When?"),
        choices=[("now", _("Now")), ("later", _("At another moment"))],
        initial="now",
        widget=forms.RadioSelect,
    )
    at = forms.DateTimeField(
        label=_("Day and time"), required=False, widget=DateTimeInput, help_text=_("Only for another moment.")
    )

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=gettext("Send the newsletter"), cancel_url=cancel_url)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("when") == "later" and "at" in cleaned and not cleaned["at"]:
            self.add_error("at", gettext("Fill in a day and a time."))
        return cleaned

    @property
    def moment(self) -> datetime | None:
        """None for now."""
        return self.cleaned_data["at"] if self.cleaned_data["when"] == "later" else None


class ThemesForm(forms.Form):
    names = forms.CharField(
        label=_("Themes"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One on each line, in words that residents use: Groen, Verkeer, Jeugd."),
    )

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, submit=gettext("Save the themes"), cancel_url=cancel_url)

    def clean_names(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()]
