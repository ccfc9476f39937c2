"""Tags and filters of our pages; loaded in every template (``builtins`` in the settings). Use: docs/look.md."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, cast

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core import charts, maps, shell
from foundation.core import own as own_places
from foundation.core.context import NavItem
from foundation.core.drawings import drawn
from foundation.core.wording import day, euro, how_near, moment, near, short_day, short_moment, whole
from foundation.core.wording import relative as relative

register = template.Library()


# --- Small things ---------------------------------------------------------------------------------------------------------


@cache
def _static(path: str) -> str:
    return static(path)  # the manifest is read once per process, so its answer may be kept


@register.simple_tag
def asset(path: str) -> str:
    """The URL of a static file; where the manifest does not know it (an error page in a broken moment) the plain URL."""
    try:
        return _static(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


@cache
def _icon(sprite: str, name: str, css_class: str) -> SafeString:
    css = f"icon {css_class}".strip()
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', css, sprite, name
    )


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """An icon of the sprite (names: ``foundation.core.frontend.ICONS``). Always beside a word, so it is hidden from ears."""
    return _icon(asset("vendor/icons.svg"), name, css_class) if name else SafeString("")


@register.simple_tag(takes_context=True)
def url_with(context: template.Context, **changes: Any) -> str:
    """This page's query string with some parameters changed; None or "" takes one away. Begins with "?"."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


# --- Money, dates, numbers: how they are written is in foundation.core.wording ---------------------------------------------

for _filter in (euro, whole, day, short_day, moment, short_moment, near, how_near):
    register.filter(_filter)


@register.simple_tag
def nav_link(item: NavItem) -> SafeString:
    """One entry of a navigation."""
    return shell.nav_link(item)


@register.simple_tag(takes_context=True)
def site_header(context: template.Context, *, staff: bool = False) -> SafeString:
    """The header of every page; ``staff``: without the main menu, which stands beside the page there."""
    return shell.header(cast(dict[str, Any], context.flatten()), staff=staff)


@register.simple_tag(takes_context=True)
def site_footer(context: template.Context) -> SafeString:
    """The footer of every page."""
    return shell.footer(cast(dict[str, Any], context.flatten()))


@register.simple_tag(takes_context=True)
def own(context: template.Context, filler: str, *words: str | int) -> SafeString:
    """A place that each reader has filled in otherwise (``foundation.core.own``)."""
    request = context.get("request")
    return own_places.place(request, filler, *words) if request is not None else SafeString("")


# --- Components ----------------------------------------------------------------------------------------------------------------


@register.simple_tag
def badge(text: str, kind: str = "", icon_name: str = "") -> SafeString:
    """A state in words. ``kind``: "" (quiet), open, info, success, warning, error."""
    css = f"badge badge--{kind}" if kind else "badge"
    return format_html('<span class="{}">{}{}</span>', css, icon(icon_name), text)


NOTICE_ICONS = {"success": "circle-check", "warning": "alert-triangle", "error": "alert-circle"}


@register.inclusion_tag("components/notice.html")
def notice(text: str, kind: str = "info", title: str = "") -> dict[str, Any]:
    """A message on the page. ``kind``: info, success, warning, error (``debug`` of Django's messages counts as info)."""
    kind = kind if kind in NOTICE_ICONS else "info"
    return {"text": text, "kind": kind, "title": title, "icon_name": NOTICE_ICONS.get(kind, "info-circle")}


MOVE_ICONS = {"you": "hand-click", "municipality": "building-community", "done": "circle-check"}


@register.inclusion_tag("components/move_card.html")
def move_card(
    kind: str,
    what: str,
    *,
    turn: str = "",
    until: date | datetime | str | None = None,
    note: str = "",
    url: str = "",
    action: str = "",
    wide: bool = False,
    small: bool = False,
    icon: str = "",
) -> dict[str, Any]:
    """Who is at the move, what is asked, until when.

    ``kind``: you, municipality, done. ``turn`` replaces the standing words above, and ``icon`` the icon before them.
    ``until`` is a date, a moment or a text.
    """
    if kind not in MOVE_ICONS:
        raise template.TemplateSyntaxError(f"move_card knows {', '.join(MOVE_ICONS)}, not '{kind}'.")
    standing = {"you": _("It is your move"), "municipality": _("The municipality is at the move"), "done": _("Done")}
    if isinstance(until, date):  # a datetime is a date too
        until = _("Until %(when)s") % {"when": near(until)}
    return {
        "kind": kind,
        "turn": turn or standing[kind],
        "what": what,
        "until": until or "",
        "note": note,
        "url": url,
        "action": action,
        "wide": wide,
        "small": small,
        "icon_name": icon or MOVE_ICONS[kind],
    }


@register.inclusion_tag("components/path.html")
def path(steps: Sequence[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    """Phases with dates. A step: ``name``, ``state`` (done, now, next), and as wished ``start``, ``end`` (dates or
    moments), ``when`` (a text instead of them), ``note``, ``url``."""
    states = {"done": _("finished"), "now": _("busy now"), "next": _("still to come")}
    shown = []
    for number, step in enumerate(steps, start=1):
        start, end = step.get("start"), step.get("end")
        when = step.get("when", "")
        if not when and step["state"] == "now" and end:
            when = _("until %(day)s") % {"day": short_day(end)}
        elif not when and start and end:
            when = _("%(first)s to %(last)s") % {"first": short_day(start), "last": short_day(end)}
        elif not when and (start or end):
            when = _("from %(day)s") % {"day": short_day(start)} if start else short_day(end)
        spoken = _("Step %(number)d of %(total)d, %(state)s:") % {
            "number": number,
            "total": len(steps),
            "state": states[step["state"]],
        }
        shown.append({**step, "when": when, "spoken": spoken})
    return {"steps": shown, "label": label}


@register.inclusion_tag("components/money_bar.html")
def money_bar(budget_cents: int, spent_cents: int, live_id: str = "") -> dict[str, Any]:
    """Budget, spent and left, as a bar and in words. ``live_id`` makes it announce its changes (htmx)."""
    left = budget_cents - spent_cents
    share = 100 if left < 0 else round(100 * spent_cents / budget_cents) if budget_cents > 0 else 0
    return {
        "percentage": share,
        "over": left < 0,
        "spent_text": _("%(spent)s chosen of %(budget)s") % {"spent": euro(spent_cents), "budget": euro(budget_cents)},
        "left_text": _("%(amount)s too much") % {"amount": euro(-left)}
        if left < 0
        else _("%(amount)s left") % {"amount": euro(left)},
        "live_id": live_id,
    }


@register.inclusion_tag("components/result_story.html")
def result_story(rows: Iterable[Mapping[str, Any]], funded_label: str = "", unfunded_label: str = "") -> dict[str, Any]:
    """Bars with numbers and one plain sentence for each, in the order given (the order of funding).

    A row: ``title``, ``votes``, ``funded``, ``why``, and as wished ``cost_cents``, ``url``, ``rank``, ``votes_text``.
    """
    rows = list(rows)
    most = max((row["votes"] for row in rows), default=0) or 1
    shown = [
        {
            "cost_cents": None,
            **row,
            "percentage": f"{float(100 * row['votes'] / most):.1f}",  # text: an SVG attribute has a point in every language
            "votes_text": row.get("votes_text")
            or ngettext("%(n)s vote", "%(n)s votes", row["votes"]) % {"n": whole(row["votes"])},
        }
        for row in rows
    ]
    return {
        "rows": shown,
        "funded_label": funded_label or _("Goes ahead"),
        "unfunded_label": unfunded_label or _("Does not go ahead"),
    }


@register.inclusion_tag("components/answer_block.html")
def answer_block(said: str, done: str, *, why: str = "", role: str = "", on: date | None = None) -> dict[str, Any]:
    """What residents said, what was done with it, why; signed with a role and a date."""
    return {"said": said, "done": done, "why": why, "role": role, "on": on}


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: str, text: str = "", *, url: str = "", action: str = "", icon: str = "circle") -> dict[str, Any]:
    """Nothing here yet: what to do first."""
    return {"title": title, "text": text, "url": url, "action": action, "icon_name": icon}


@register.simple_tag
def card(
    url: str,
    title: str,
    *,
    text: str = "",
    facts: Sequence[Mapping[str, str]] = (),
    badge_text: str = "",
    badge_kind: str = "",
    badge_icon: str = "",
    image_url: str = "",
    image_alt: str = "",
    pattern: bool = True,
    level: int = 3,
    as_list_item: bool = True,
    **short_facts: Any,
) -> SafeString:
    """A card in ``<ul class="cards">``: picture or pattern, title as the link, three facts at most.

    Facts are ``{"icon": ..., "text": ...}``; in a template they may be given as ``fact1="..." fact1_icon="..."`` up to 3.
    """
    shown = list(facts)
    for number in ("1", "2", "3"):
        fact = short_facts.pop(f"fact{number}", "")
        fact_icon = short_facts.pop(f"fact{number}_icon", "")
        if fact:
            shown.append({"text": fact, "icon": fact_icon})
    if short_facts:
        raise template.TemplateSyntaxError(f"card does not know {', '.join(sorted(short_facts))}.")
    return drawn(
        "components/card.html",
        url=url,
        title=title,
        text=text,
        facts=shown[:3],
        badge_text=badge_text,
        badge_kind=badge_kind,
        badge_icon=badge_icon,
        image_url=image_url,
        image_alt=image_alt,
        pattern=pattern and not image_url,
        level=level,
        as_list_item=as_list_item,
    )


@register.simple_tag
def pattern(seed: Any) -> SafeString:
    """A quiet pattern of tiles in the colours of the theme, always the same for the same ``seed`` (a title)."""
    digest = hashlib.sha256(str(seed).encode()).digest()
    shapes = []
    for index in range(24):
        x, y = index % 8 * 10, index // 8 * 10
        byte = digest[index % len(digest)]
        colour = "abac"[byte >> 6] if byte % 5 else "c"
        match byte & 7:
            case 0 | 1:
                continue
            case 2:
                shapes.append(f'<path class="pattern__{colour}" d="M{x} {y}h10a10 10 0 0 1-10 10z"/>')
            case 3:
                shapes.append(f'<path class="pattern__{colour}" d="M{x + 10} {y}v10a10 10 0 0 1-10-10z"/>')
            case 4:
                shapes.append(f'<path class="pattern__{colour}" d="M{x + 10} {y + 10}h-10a10 10 0 0 1 10-10z"/>')
            case 5:
                shapes.append(f'<path class="pattern__{colour}" d="M{x} {y + 10}v-10a10 10 0 0 1 10 10z"/>')
            case 6:
                shapes.append(f'<circle class="pattern__{colour}" cx="{x + 5}" cy="{y + 5}" r="5"/>')
            case _:
                shapes.append(f'<circle class="pattern__{colour}" cx="{x + 5}" cy="{y + 5}" r="2.5"/>')
    return mark_safe(
        '<svg class="pattern" viewBox="0 0 80 30" preserveAspectRatio="xMidYMid slice" aria-hidden="true" '
        'focusable="false"><rect class="pattern__ground" width="80" height="30"/>' + "".join(shapes) + "</svg>"
    )


@register.inclusion_tag("components/tile_map.html")
def tile_map(drawn: maps.TileMap, title: str = "") -> dict[str, Any]:
    """A map of ``foundation.core.maps`` with its legend and the same facts in a table."""
    return {
        "svg": drawn.svg,
        "title": title or drawn.title,
        "legend": drawn.legend,
        "head": drawn.head,
        "rows": drawn.cells,
    }


@register.inclusion_tag("components/chart.html")
def chart(drawn: charts.Chart, title: str = "") -> dict[str, Any]:
    """A chart of ``foundation.core.charts`` with its legend and the table behind it."""
    return {
        "svg": drawn.svg,
        "title": title or drawn.caption,
        "legend": drawn.legend,
        "head": drawn.head,
        "rows": drawn.rows,
    }


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*parts: str) -> dict[str, Any]:
    """The way here: ``{% breadcrumbs url label url label here %}``; the last one, without a URL, is this page."""
    pairs = list(zip(parts[::2], parts[1::2], strict=False))
    here = [("", parts[-1])] if len(parts) % 2 else []
    return {"crumbs": [*pairs, *here]}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any], parameter: str = "page") -> dict[str, Any]:
    """Links to the pages of a ``Page``; keeps the other parameters of the URL."""
    links = list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
    return {
        "page": page,
        "links": [
            {"number": number, "url": url_with(context, **{parameter: number}) if isinstance(number, int) else ""}
            for number in links
        ],
        "previous": url_with(context, **{parameter: page.previous_page_number()}) if page.has_previous() else "",
        "next": url_with(context, **{parameter: page.next_page_number()}) if page.has_next() else "",
    }
