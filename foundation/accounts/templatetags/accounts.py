"""Tags of the log-in and account pages: ``{% load accounts %}``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from allauth.socialaccount.models import SocialAccount
from crispy_forms.utils import render_crispy_form
from django import forms, template
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from foundation.core.forms import helper

register = template.Library()


@register.simple_tag(takes_context=True)
def account_fields(context: template.Context, form: forms.Form) -> SafeString:
    """The fields of one of allauth's forms, drawn like ours: labels instead of placeholders, digits for codes."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        if name == "code":
            # A recovery code or mailed code holds digits (and a dash that may be left out).
            field.widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}
    made = helper(form, tag=False)
    made.disable_csrf = True
    drawn: SafeString = render_crispy_form(form, made, context.flatten())
    return drawn


@register.filter
def as_json(value: Any) -> str:
    """JSON for a data attribute; the template escapes it."""
    return json.dumps(value)


@register.filter
def linked_in(provider: Any, accounts: Iterable[SocialAccount]) -> bool:
    """Whether this OpenID Connect provider is linked already."""
    return any(account.provider == provider.sub_id for account in accounts)


@register.simple_tag
def demo_logins() -> list[dict[str, str]]:
    """The people of the demo: name, role, email, password. Empty outside the demo."""
    return list(settings.DEMO_LOGINS) if settings.DEMO else []


# The first that fits wins: Edge and Opera say that they are Chrome, and Chrome says that it is Safari.
_BROWSERS = (("Firefox/", "Firefox"), ("Edg", "Edge"), ("OPR/", "Opera"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@register.filter
def browser(user_agent: str) -> str:
    """A user agent in words that people know: "Firefox, Windows"."""
    known = [next((name for mark, name in table if mark in user_agent), "") for table in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in known if name) or str(_("Unknown browser"))
