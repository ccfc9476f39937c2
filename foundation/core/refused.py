"""What a service refused, told on the page or on the form; what was typed stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from foundation.core.errors import Refused, Stale
from foundation.core.forms import EuroField
from foundation.core.wording import euro, short_day


def done(request: HttpRequest, act: Callable[[], Any], *, told: str) -> bool:
    """Do what a button asks and say so, or say why not.

    Args:
        act: calls the service.
        told: what is said when it is done; empty: nothing.

    Returns:
        whether it is done.
    """
    try:
        act()
    except Refused as error:
        messages.error(request, str(error))
        return False
    if told:
        messages.success(request, told)
    return True


@dataclass(frozen=True)
class Sent:
    """What came of sending a form.

    ``done``: it was sent, and the service did it; ``made`` is what that gave back. ``theirs``: what somebody else saved
    meanwhile (see ``saved_meanwhile``), for ``components/meanwhile.html``.
    """

    done: bool = False
    made: Any = None
    theirs: list[dict[str, Any]] = field(default_factory=list)


def send(request: HttpRequest, form: forms.BaseForm, act: Callable[[], Any], *, told: str = "") -> Sent:
    """Do what a form asks, when it was sent and is right; what a service refuses stands on the form.

    Args:
        act: calls the service with ``form.cleaned_data``.
        told: what is said when it is done; empty: nothing.
    """
    if request.method != "POST" or not form.is_valid():
        return Sent()
    try:
        made = act()
    except (Refused, ValidationError) as error:
        return Sent(theirs=saved_meanwhile(form) if tell(form, error) else [])
    if told:
        messages.success(request, told)
    return Sent(done=True, made=made)


def tell(form: forms.BaseForm, error: Refused | ValidationError, *, renew: bool = True) -> bool:
    """Say beside the field, or else above the form, what was refused.

    Args:
        renew: after ``Stale`` the hidden version becomes the newest one (``form.initial`` holds it), so that the next press
            means: I have seen the other text, and mine stands. Show that other text then: ``saved_meanwhile``.

    Returns:
        whether somebody else was first.
    """
    if isinstance(error, ValidationError):
        add_errors(form, error)
        return False
    form.add_error(None, str(error))
    if not isinstance(error, Stale):
        return False
    if renew and "version" in form.fields:
        data: Any = form.data.copy()  # type: ignore[attr-defined]
        data[form.add_prefix("version")] = str(form.get_initial_for_field(form.fields["version"], "version"))
        form.data = data
    return True


def add_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """What a service refused, beside the field where the form has it, else above the form."""
    for name, errors in getattr(error, "error_dict", {NON_FIELD_ERRORS: [error]}).items():
        form.add_error(name if name in form.fields else None, errors)


def saved_meanwhile(form: forms.BaseForm) -> list[dict[str, Any]]:
    """The fields of which the saved value differs from what was typed: label and saved value, for people.

    The form must begin with what is saved now (``initial``), as forms that change a row do.
    """
    return [
        {"label": field.label, "text": _shown(field, form.get_initial_for_field(field, name))}
        for name, field in form.fields.items()
        if name in form.changed_data and name != "version" and not isinstance(field, forms.FileField)
    ]


def _shown(field: forms.Field, value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if value is None or value in ("", []):
        return "–"
    if isinstance(field, forms.ModelMultipleChoiceField):
        return ", ".join(str(row) for row in value)
    if isinstance(field, EuroField) and isinstance(value, int):
        return euro(value)
    if isinstance(value, date):
        return short_day(value)
    words = {str(code): str(label) for code, label in getattr(field, "choices", ()) if not isinstance(label, list)}
    if isinstance(value, list):
        return ", ".join(words.get(str(item), str(item)) for item in value)
    return words.get(str(value), str(value))
