"""The frame around every page: its header and footer, drawn once for what stands in them.

What is of one reader (the menu of the account, messages) has places of its own (``foundation.core.own``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from foundation.core import context as contexts
from foundation.core.context import NavItem
from foundation.core.drawings import drawn
from foundation.core.own import place

# Stand in the kept drawing for what differs per page and reader; no text of a page can hold this sign.
_ACCOUNT = mark_safe("\x00a")


def nav_link(item: NavItem) -> SafeString:
    """One entry of a navigation."""
    return drawn(
        "components/nav_link.html",
        url=item.url,
        label=item.label,
        icon_name=item.icon,
        count=item.count,
        active=item.active,
    )


def header(context: Mapping[str, Any], *, staff: bool) -> SafeString:
    """The header of a page. ``context``: of its template (``foundation.core.context.layout``)."""
    request = context.get("request")
    own = place(request, "foundation.core.shell.account") if request is not None else SafeString("")
    languages = list(context.get("languages") or ())
    kept: str = drawn(
        "components/site_header.html",
        home_url=context.get("home_url", "/"),
        site_name=context.get("site_name", ""),
        site_logo_url=context.get("site_logo_url", ""),
        in_municipality=bool(context.get("municipality")),
        links=[nav_link(item) for item in context.get("nav") or ()],
        staff=staff,
        has_menu=bool(own or languages or context.get("nav")),
        account=_ACCOUNT,
        languages=[[_address(number), item["code"], item["name"]] for number, item in enumerate(languages)],
    )
    for number, item in enumerate(languages):
        kept = kept.replace(_address(number), escape(item["url"]))
    return mark_safe(kept.replace(_ACCOUNT, own))


def _address(number: int) -> SafeString:
    return mark_safe(f"\x00{number}")


def footer(context: Mapping[str, Any]) -> SafeString:
    """The footer of a page."""
    links = [[item.url, item.label] for item in context.get("footer_nav") or ()]
    return drawn("components/site_footer.html", site_name=context.get("site_name", ""), links=links)


def account(request: HttpRequest) -> SafeString:
    """The menu of who is logged in, or the way to log in. It stands twice on a page and is made once."""
    made: SafeString | None = getattr(request, "_account_menu", None)
    if made is None:
        made = format_html_join("", "<li>{}</li>", ((nav_link(item),) for item in contexts.account_items(request)))
        request._account_menu = made  # type: ignore[attr-defined]
    return made


def messages(request: HttpRequest) -> SafeString:
    """What the last thing that somebody did came to."""
    told = get_messages(request)
    return mark_safe(render_to_string("components/messages.html", {"messages": told})) if len(told) else SafeString("")
