"""What the ``nlds`` form pack needs to draw a field: its kind, its input with all attributes, its choices."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

CLASSES = {
    "textbox": "utrecht-textbox utrecht-textbox--html-input",
    "textarea": "utrecht-textarea utrecht-textarea--html-textarea",
    "select": "utrecht-select utrecht-select--html-select",
    "checkbox": "choice__input",
    "file": "",
}


def _widget(field: BoundField) -> forms.Widget:
    widget: forms.Widget = field.field.widget
    return widget


@register.filter
def kind(field: BoundField) -> str:
    """How a field is drawn: hidden, checkbox, choices, file, group (several inputs), textarea, select or textbox."""
    widget = _widget(field)
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.ClearableFileInput | forms.FileInput):
        return "file"
    if isinstance(widget, forms.MultiWidget | forms.SelectDateWidget):
        return "group"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    return "select" if isinstance(widget, forms.Select) else "textbox"


@register.simple_tag
def field_class(field: BoundField, extra: str = "", show_errors: bool = True) -> str:
    """The classes of the block of a field; ``extra`` are those that the form's layout asks for."""
    invalid = "utrecht-form-field--invalid" if field.errors and show_errors else ""
    block = "" if kind(field) in {"choices", "group"} and not invalid else "field"
    return " ".join(part for part in (block, extra, invalid) if part)


@register.simple_tag
def button_class(button: Any) -> str:
    """The classes of a crispy button: submit buttons are primary, unless their own class says what they are."""
    own = [name for name in button.field_classes.split() if not name.startswith("btn")]
    if not any("button--" in name for name in own):
        own.insert(0, f"utrecht-button--{'primary' if button.input_type == 'submit' else 'secondary'}-action")
    return " ".join(["utrecht-button", *own])


@register.filter
def described_by(field: BoundField) -> str:
    """The ids of what explains the field: its help, its limits, its errors."""
    ids = []
    if field.help_text:
        ids.append(f"{field.auto_id}_help")
    if kind(field) == "file":
        ids.append(f"{field.auto_id}_limits")
    if field.errors:
        ids.append(f"{field.auto_id}_error")
    return " ".join(ids)


def _input_attrs(field: BoundField) -> dict[str, Any]:
    """Input type, keyboard and autocomplete that fit the kind of field, where the form did not set them."""
    own, given = _widget(field).attrs, {}
    if isinstance(field.field, forms.EmailField):
        given = {"autocomplete": "email", "inputmode": "email", "spellcheck": "false", "autocapitalize": "none"}
    elif isinstance(field.field, forms.DecimalField | forms.FloatField):
        given = {"inputmode": "decimal"}
    elif isinstance(field.field, forms.IntegerField):
        given = {"inputmode": "numeric"}
    return {key: value for key, value in given.items() if key not in own}


@register.simple_tag
def nlds_input(field: BoundField) -> SafeString:
    """The input itself: classes of its kind, ``aria-describedby``, ``aria-invalid``, keyboard and autocomplete."""
    drawn_as = kind(field)
    own = _widget(field).attrs
    css = [CLASSES.get(drawn_as, CLASSES["textbox"]), own.get("class", "")]
    if field.errors and drawn_as in {"textbox", "textarea", "select"}:
        css.append(f"utrecht-{drawn_as}--invalid")
    attrs: dict[str, Any] = {**_input_attrs(field), "class": " ".join(part for part in css if part)}
    explained = " ".join(part for part in (own.get("aria-describedby", ""), described_by(field)) if part)
    if explained:
        attrs["aria-describedby"] = explained
    if field.errors:
        attrs["aria-invalid"] = "true"
    widget = _widget(field)
    if isinstance(widget, forms.MultiWidget):
        for part in widget.widgets:
            part.attrs.setdefault("class", CLASSES["select" if isinstance(part, forms.Select) else "textbox"])
        attrs.pop("class")
    return field.as_widget(attrs=attrs)


@register.filter
def choices(field: BoundField) -> list[dict[str, Any]]:
    """The choices of a radio or checkbox group.

    A form gives a choice its own explanation with ``field.choice_help = {value: text}`` (see foundation.core.forms).
    """
    explanations = getattr(field.field, "choice_help", {})
    shown = []
    for choice in field.subwidgets:
        data = choice.data
        value, ident = str(data["value"]), data["attrs"].get("id", "")
        explained = explanations.get(value) or explanations.get(data["value"], "")
        flags = [
            name for name, on in (("checked", data["selected"]), ("disabled", data["attrs"].get("disabled"))) if on
        ]
        if explained:
            flags.append(format_html('aria-describedby="{}_help"', ident))
        if field.errors and data["type"] == "checkbox":  # aria-invalid is not allowed on a radio button
            flags.append(mark_safe('aria-invalid="true"'))
        shown.append(
            {
                "id": ident,
                "name": data["name"],
                "type": data["type"],
                "value": value,
                "label": data["label"],
                "help": explained,
                "flags": format_html_join(" ", "{}", ((flag,) for flag in flags)),
            }
        )
    return shown


@register.filter
def error_target(field: BoundField) -> str:
    """The id that a link of the error summary jumps to: the input, or the first one of a group."""
    if kind(field) == "choices":
        first = next(iter(field.subwidgets), None)
        return str(first.data["attrs"].get("id", field.auto_id)) if first else field.auto_id
    return field.id_for_label or field.auto_id


@register.filter
def before_colon(label: Any) -> str:
    """The label of a field before what is wrong with it: "Naam:", and a question keeps its own mark."""
    text = strip_tags(str(label)).rstrip(" :")
    return text if text.endswith(("?", "!", ".")) else f"{text}:"
