"""Which column of a file is which part of an initiative: the parts there are, and a guess by name."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

# Field -> what it is called on the page where a person chooses; in the order of that page.
FIELDS = {
    "title": _("Title"),
    "story": _("Text"),
    "summary": _("In short"),
    "state": _("State"),
    "kind": _("Kind"),
    "neighbourhood": _("Neighbourhood"),
    "place": _("Place"),
    "date": _("Handed in on"),
    "supporters": _("Number of supporters"),
    "cost": _("Costs in euros"),
    "url": _("Address on the other website"),
    "label": _("Where it comes from"),
}
# Whole names first, then parts of names: English, Dutch and Spanish, as platforms for participation call them.
_WHOLE = {
    "title": ("title", "titel", "naam", "name", "título", "titulo", "project", "voorstel"),
    "story": (
        "description_html",
        "description",
        "beschrijving",
        "omschrijving",
        "tekst",
        "text",
        "toelichting",
        "body",
        "plan",
    ),
    "summary": ("summary", "samenvatting", "kort", "in short", "resumen"),
    "state": ("state", "status", "staat", "stand", "fase", "estado"),
    "kind": ("kind", "soort", "type"),
    "neighbourhood": ("neighbourhood", "buurt", "wijk", "barrio", "buurtcode", "gebied"),
    "place": ("place", "plek", "locatie", "location", "adres", "gebied"),
    "date": ("date", "datum", "created_at", "ingediend op", "created at", "fecha"),
    "supporters": ("supports", "supporters", "steun", "stemmen", "votes", "likes", "apoyos"),
    "cost": ("cost", "costs", "kosten", "kosten_eur", "bedrag", "budget", "price"),
    "url": ("url", "link", "adres op het web", "webadres"),
    "label": ("source", "bron", "herkomst"),
}
_PARTS = {
    "title": ("titel", "title"),
    "story": ("beschrijving", "descri", "omschrijving"),
    "state": ("status",),
    "neighbourhood": ("buurt",),
    "date": ("datum", "date"),
    "supporters": ("stemmen", "steun", "support"),
    "cost": ("kosten", "cost"),
    "url": ("url",),
}


def guess(names: Sequence[str]) -> dict[str, str]:
    """For each field the column that it probably stands in; a column is given to one field only.

    Args:
        names: of the columns, as ``csvs.head_of`` gives them.
    """
    folded = {" ".join(name.replace("_", " ").split()).casefold(): name for name in names}
    found: dict[str, str] = {}
    for field, wanted in _WHOLE.items():
        for word in wanted:
            name = folded.get(word.replace("_", " "))
            if name is not None and name not in found.values():
                found[field] = name
                break
    for field, parts in _PARTS.items():
        if field in found:
            continue
        for bare, name in folded.items():
            if name not in found.values() and any(part in bare for part in parts):
                found[field] = name
                break
    return found
