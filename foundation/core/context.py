"""What every page knows: whose portal it is, its theme, and the navigation.

Core knows none of the apps above it: the navigation comes from functions named in the settings
(``PUBLIC_NAVIGATION``, ``STAFF_NAVIGATION``, ``ACCOUNT_NAVIGATION``), each ``(request) -> list[NavItem]``
(or dictionaries with its fields). They are asked only
when a page really draws them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

THEMES = ("aanzet", "voorbeeld")


@dataclass(frozen=True)
class NavItem:
    """One entry of a navigation.

    ``icon`` is a name of ``foundation.core.frontend.ICONS``; ``count`` (things that wait) is shown when it is not zero;
    ``active`` may be left None: the entry whose URL fits the path of the page best is then marked.
    """

    label: str
    url: str
    icon: str = ""
    count: int | None = None
    active: bool | None = None


def url_or_empty(name: str, *args: Any, **kwargs: Any) -> str:
    """The URL of a name, or "" where no such page exists (yet).

    Navigations ask for dozens on every page, so each process keeps what it found, per set of URLs and prefix of the site.
    """
    house = (settings.ROOT_URLCONF, get_urlconf(), get_script_prefix())
    return _url_or_empty(house, name, tuple(map(str, args)), tuple((key, str(value)) for key, value in kwargs.items()))


@lru_cache(maxsize=2048)
def _url_or_empty(house: tuple[Any, ...], name: str, args: tuple[str, ...], kwargs: tuple[tuple[str, str], ...]) -> str:
    try:
        return reverse(name, args=args or None, kwargs=dict(kwargs) or None)
    except NoReverseMatch:
        return ""


def mark_active(items: Iterable[NavItem], path: str) -> list[NavItem]:
    """The entries with ``active`` settled: the longest URL that the path lies under; the home page only when it is the path."""
    known = [item for item in items if item.url]
    if any(item.active for item in known):
        return [replace(item, active=bool(item.active)) for item in known]
    fitting = [item.url for item in known if path == item.url or (item.url != "/" and path.startswith(item.url))]
    best = max(fitting, key=len, default=None)
    shared = sum(1 for item in known if best and item.url.startswith(best)) > 1
    if best != path and shared:  # a parent of its neighbours, such as a municipality's home page
        best = None
    return [replace(item, active=item.url == best) for item in known]


def _asked(setting: str, request: HttpRequest) -> list[NavItem]:
    items: list[NavItem] = []
    for name in getattr(settings, setting, []):
        provider: Callable[[HttpRequest], Iterable[NavItem | dict[str, Any]]] = import_string(name)
        items += [NavItem(**item) if isinstance(item, dict) else item for item in provider(request)]
    return mark_active(items, request.path)


def account_items(request: HttpRequest) -> list[NavItem]:
    """Log in and sign up for a visitor; for who is logged in what the providers say, and the way out."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        after = urlencode({"next": request.path}) if request.path != "/" else ""
        login = url_or_empty("account_login")
        return [NavItem(_("Log in"), f"{login}?{after}" if after else login, "login", active=False)] if login else []
    items = _asked("ACCOUNT_NAVIGATION", request)
    logout = url_or_empty("account_logout")
    return [*items, NavItem(_("Log out"), logout, "logout", active=False)] if logout else items


def _languages(request: HttpRequest) -> list[dict[str, str]]:
    """The other languages, each with the link that switches and comes back to this page."""
    current = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    names = {"nl": "Nederlands", "en": "English"}
    return [
        {
            "code": code,
            "name": names.get(code, str(label)),
            "url": f"{url_or_empty('core:language', code)}?{urlencode({'terug': request.get_full_path()})}",
        }
        for code, label in settings.LANGUAGES
        if code != current and url_or_empty("core:language", code)
    ]


def _footer(request: HttpRequest) -> list[NavItem]:
    items = [item for name in getattr(settings, "FOOTER_NAVIGATION", []) for item in import_string(name)(request)]
    return [item for item in items if item.url]


def layout(request: HttpRequest) -> dict[str, Any]:
    """Context processor: see docs/look.md for each name."""
    municipality = getattr(request, "municipality", None)
    theme = str(getattr(municipality, "theme", "") or "aanzet")
    own_css = getattr(municipality, "theme_css", None)
    logo = getattr(municipality, "logo", None)
    slug = getattr(municipality, "slug", "")
    return {
        "municipality": municipality,
        # An own file says nothing about a dark scheme: it stands on the theme that has none.
        "theme": theme if theme in THEMES else "voorbeeld" if own_css else "aanzet",
        "theme_css_urls": [own_css.url] if own_css else [],
        "site_name": str(getattr(municipality, "name", "") or "AanZet"),
        "site_logo_url": logo.url if logo else "",
        "home_url": f"/{slug}/" if slug else "/",
        "nav": SimpleLazyObject(lambda: _asked("PUBLIC_NAVIGATION", request)),
        "staff_nav": SimpleLazyObject(lambda: _asked("STAFF_NAVIGATION", request)),
        "account_nav": SimpleLazyObject(lambda: account_items(request)),
        "footer_nav": SimpleLazyObject(lambda: _footer(request)),
        "languages": SimpleLazyObject(lambda: _languages(request)),
    }
