"""What the ``nlds`` form pack needs to draw a field: its kind, its input with all attributes, its choices."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

register = template.Library()

CLASSES = {
    "textbox": "utrecht-textbox utrecht-textbox--html-input",
    "textarea": "utrecht-textarea utrecht-textarea--html-textarea",
    "select": "utrecht-select utrecht-select--html-select",
    "checkbox": "choice__input",
    "file": "",
}


def _widget(field: BoundField) -> forms.Widget:
    return field.field.widget


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
        value = str(data["value"])
        shown.append(
            {
                "id": data["attrs"].get("id", ""),
                "name": data["name"],
                "type": data["type"],
                "value": value,
                "label": data["label"],
                "checked": data["selected"],
                "disabled": bool(data["attrs"].get("disabled")),
                "help": explanations.get(value) or explanations.get(data["value"], ""),
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
