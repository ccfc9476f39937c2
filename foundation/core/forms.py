"""Defaults of our forms: the crispy helper, choices with an explanation, money and file fields."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, ButtonHolder, Layout, LayoutObject, Submit
from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext_lazy

from foundation.core.wording import euro

# Django's own messages that we say in plainer Dutch: our catalogue goes before Django's when it holds the same text.
SAID_PLAINER = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a valid date/time."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Enter a number."),
    gettext_noop("Enter a valid URL."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
    gettext_noop("The submitted file is empty."),
    gettext_noop("Ensure this value is less than or equal to %(limit_value)s."),
    gettext_noop("Ensure this value is greater than or equal to %(limit_value)s."),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
)


def helper(
    form: forms.BaseForm | None = None,
    *layout: str | LayoutObject,
    submit: str = "",
    method: str = "post",
    action: str = "",
    cancel_url: str = "",
    danger: bool = False,
    wide: bool = False,
    guard: bool = False,
    css_class: str = "",
    tag: bool = True,
) -> FormHelper:
    """The helper of a form, for ``self.helper = helper(self, "title", "text", submit=_("Send your proposal"))``.

    ``layout``: field names and layout objects in order; without any, all fields of ``form``. ``submit`` says what happens,
    "" leaves the button away. ``guard`` asks before the page is left with something typed. ``danger`` is for what can't
    be undone. ``wide`` lifts the maximum width (filters, tables of fields). Forms with method get hold no csrf token.
    """
    made = FormHelper()
    made.layout = Layout(*(layout or (list(form.fields) if form is not None else [])))
    if submit:
        button = Submit("submit", str(submit), css_class="button--danger" if danger else "")
        parts: list[Any] = [button]
        if cancel_url:
            parts.append(HTML(format_html('<a href="{}">{}</a>', cancel_url, _("Cancel"))))
        made.layout.append(ButtonHolder(*parts))
    made.form_method = method
    made.disable_csrf = method.lower() == "get"
    made.form_action = action
    made.form_tag = tag
    made.form_class = " ".join(part for part in ("form", "form--wide" if wide else "", css_class) if part)
    if guard:
        made.attrs["data-guard"] = ""
    return made


def explain(field: forms.Field, explanations: Mapping[Any, str]) -> None:
    """Give choices of a radio or checkbox group their own explanation: value -> text."""
    field.choice_help = {str(value): text for value, text in explanations.items()}  # type: ignore[attr-defined]


def limits(field: forms.Field, *, kinds: str, max_bytes: int) -> None:
    """Say beforehand which files a field takes: ``kinds`` in words ("a JPEG or PNG picture"), the size in bytes."""
    field.limits_text = _("%(kinds)s, at most %(size)s.") % {  # type: ignore[attr-defined]
        "kinds": kinds,
        "size": filesizeformat(max_bytes),
    }


class DateInput(forms.DateInput):
    """The browser's own date picker; its value is always ISO, whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    """The browser's own picker of a moment, to the minute, in Amsterdam time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class EuroField(forms.CharField):
    """An amount of money typed as people do ("4500", "4.500", "4.500,50", "€ 4500"); cleans to integer cents."""

    prefix_text = "€"
    default_error_messages = {
        "amount": gettext_lazy("Type an amount in euros, for example 4500 or 4500,50."),
        "low": gettext_lazy("This must be at least %(limit)s."),
        "high": gettext_lazy("This must be at most %(limit)s."),
    }

    def __init__(self, *, min_cents: int = 0, max_cents: int = 100_000_000_000, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "input--number"}))
        super().__init__(**kwargs)
        self.min_cents, self.max_cents = min_cents, max_cents

    def prepare_value(self, value: Any) -> Any:
        """Cents from the database as "4500" or "4500,50"; what was typed stays as it is."""
        if isinstance(value, int):
            whole, rest = divmod(abs(value), 100)
            sign = "-" if value < 0 else ""
            return f"{sign}{whole},{rest:02d}" if rest else f"{sign}{whole}"
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        text = super().clean(value)
        if text in self.empty_values:
            return None
        cents = parse_euro(str(text))
        if cents is None:
            raise forms.ValidationError(self.error_messages["amount"], code="amount")
        for broken, code, limit in (
            (cents < self.min_cents, "low", self.min_cents),
            (cents > self.max_cents, "high", self.max_cents),
        ):
            if broken:
                raise forms.ValidationError(self.error_messages[code], code=code, params={"limit": euro(limit)})
        return cents


def parse_euro(text: str) -> int | None:
    """Integer cents of an amount in Dutch or English writing; None when it is none.

    A point or comma followed by exactly three digits parts thousands, followed by one or two digits it parts cents.
    A minus in front makes it less than nothing.
    """
    bare = text.replace("€", "").replace("\u00a0", "").replace(" ", "").removesuffix(",-").removesuffix(".-")
    if bare.startswith(("-", "\u2212")):
        amount = None if bare[1:2] in ("-", "\u2212") else parse_euro(bare[1:])
        return None if amount is None else -amount
    if not bare or not set(bare) <= set("0123456789.,"):
        return None
    head, mark, tail = bare, "", ""
    for place in range(len(bare) - 1, -1, -1):
        if bare[place] in ".,":
            head, mark, tail = bare[:place], bare[place], bare[place + 1 :]
            break
    if mark and len(tail) == 3:
        head, tail = head + mark + tail, ""
    elif mark and len(tail) not in (1, 2):
        return None
    groups = head.replace(",", ".").split(".")
    if not all(part.isdigit() for part in groups) or any(len(part) != 3 for part in groups[1:]) or len(groups[0]) > 12:
        return None
    return int(Decimal("".join(groups)) * 100 + Decimal(tail.ljust(2, "0") or 0))
