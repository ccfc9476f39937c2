"""Which pages stand in the navigation; asked by foundation.core.context through the settings.

A page that does not exist (yet) is left out, so that the floors below can grow without this list breaking.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from foundation.core.context import NavItem, url_or_empty
from foundation.municipalities.models import Municipality


def public(request: HttpRequest) -> list[NavItem]:
    """The main menu: of the municipality one is in, else of the installation."""
    municipality = _municipality(request)
    if municipality is None:
        items = [
            NavItem(_("Home"), url_or_empty("home:home"), "home"),
            NavItem(_("Learning network"), url_or_empty("learning_network:home"), "users-group"),
            NavItem(_("Changelab"), url_or_empty("changelab:home"), "users-group"),
        ]
    else:
        slug = municipality.slug
        items = [
            NavItem(_("Home"), url_or_empty("portal:home", slug), "home"),
            NavItem(_("Take part"), url_or_empty("participation:index", slug), "hand-click"),
            NavItem(_("Votes"), url_or_empty("voting:index", slug), "checks"),
            NavItem(_("Initiatives"), url_or_empty("initiatives:index", slug), "users-group"),
            NavItem(_("Agenda"), url_or_empty("meetings:index", slug), "calendar"),
            NavItem(_("Neighbourhoods"), url_or_empty("municipalities:areas", slug), "map"),
            NavItem(_("Search"), url_or_empty("portal:search", slug), "search"),
        ]
    if settings.DEMO:
        items.append(NavItem(_("Demo"), url_or_empty("demo:index"), "player-play"))
    return _existing(items)


def account(request: HttpRequest) -> list[NavItem]:
    """For who is logged in: the back office of this municipality, and everything of their own."""
    municipality = _municipality(request)
    items = []
    if municipality is not None and request.user.has_perm("municipalities.enter_back_office", municipality):
        items.append(NavItem(_("Work"), url_or_empty("portal:today", municipality.slug), "list-check", active=False))
    items += [
        NavItem(_("Messages"), url_or_empty("notifications:inbox"), "bell", count=_unread(request)),
        NavItem(_("Mijn AanZet"), url_or_empty("home:mine"), "user-circle"),
    ]
    return _existing(items)


def staff(request: HttpRequest) -> list[NavItem]:
    """The left side of the back office, by task."""
    municipality = _municipality(request)
    if municipality is None:
        return _network(request)
    slug = municipality.slug
    items = [
        NavItem(_("Today"), url_or_empty("portal:today", slug), "list-check"),
        NavItem(_("Processes"), url_or_empty("participation:work", slug), "users-group"),
        NavItem(_("Initiatives"), url_or_empty("initiatives:work", slug), "hand-click"),
        NavItem(_("Votes"), url_or_empty("voting:staff_index", slug), "checks"),
        NavItem(_("Meetings"), url_or_empty("meetings:manage_index", slug), "calendar-event"),
        NavItem(_("Discussion"), url_or_empty("discussion:queue", slug), "message-2"),
        NavItem(_("Surveys"), url_or_empty("surveys:staff_index", slug), "list-check"),
        NavItem(_("Klussenbank"), url_or_empty("initiatives:hands", slug), "users-group"),
        NavItem(_("Newsletters"), url_or_empty("municipalities:newsletters", slug), "mail"),
        NavItem(_("Desk"), url_or_empty("municipalities:desk", slug), "user-check"),
    ]
    if request.user.has_perm("municipalities.manage", municipality):
        items += [
            NavItem(_("People"), url_or_empty("municipalities:people", slug), "users"),
            NavItem(_("Log"), url_or_empty("municipalities:log", slug), "list"),
            NavItem(_("Settings"), url_or_empty("municipalities:settings", slug), "settings"),
        ]
    return _existing(items)


def _network(request: HttpRequest) -> list[NavItem]:
    """The left side for who runs learning programmes: these pages lie above municipalities."""
    user = request.user
    if not user.is_authenticated:
        return []
    runs = user.has_perm("learning_network.see_work")
    appoints = user.has_perm("learning_network.appoint_leads")
    if not runs and not appoints:
        return []
    keeps = user.has_perm("learning_network.keep_network")
    return _existing(
        [
            NavItem(_("Programmes"), url_or_empty("learning_network:work") if runs else "", "list-check"),
            NavItem(_("Programme leads"), url_or_empty("learning_network:leaders") if appoints else "", "user-check"),
            NavItem(_("Members"), url_or_empty("learning_network:members_lead") if keeps else "", "users"),
            NavItem(_("Mailings"), url_or_empty("learning_network:mailings") if keeps else "", "mail"),
            NavItem(_("Learning network"), url_or_empty("learning_network:home"), "users-group", active=False),
        ]
    )


def footer(request: HttpRequest) -> list[NavItem]:
    """About this website: under the municipality one is in, so that its own address and contact are named."""
    municipality = _municipality(request)
    names = (("accessibility", _("Accessibility")), ("privacy", _("Privacy and cookies")), ("contact", _("Contact")))
    items = [
        NavItem(
            label, url_or_empty(f"portal:{name}", municipality.slug) if municipality else url_or_empty(f"home:{name}")
        )
        for name, label in names
    ]
    return _existing([*items, NavItem(_("Open data"), url_or_empty("api:documentation"))])


def _municipality(request: HttpRequest) -> Municipality | None:
    return getattr(request, "municipality", None)


def _unread(request: HttpRequest) -> int:
    from foundation.notifications.queries import unread_count

    return unread_count(request.user) if request.user.is_authenticated else 0


def _existing(items: Iterable[NavItem]) -> list[NavItem]:
    return [item for item in items if item.url]
