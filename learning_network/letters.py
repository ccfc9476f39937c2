"""The letter of invitation and the letter of confirmation: their usual words, and what stands in one of them.

Leads change the words per programme. Names between square brackets are filled in per municipality; facts, dates, money and
conditions come from the programme and the card, so that they can't be mistyped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from foundation.core import pdf
from foundation.core.wording import day, euro, short_day
from learning_network.enums import LetterKind, ProgrammeRoleKind
from learning_network.models import ProgrammeLetter
from learning_network.queries.readiness import SCALES

if TYPE_CHECKING:
    from learning_network.models import Enrolment, Phase, Programme

Letter = dict[str, Any]
MOST = 400  # letters in one PDF; the country has 342 municipalities


def placeholders() -> dict[str, str]:
    """What leads can write between square brackets -> what is filled in."""
    return {
        "[gemeente]": _("name of the municipality"),
        "[programma]": _("title of the programme"),
        "[contact]": _("name of the contact"),
        "[te betalen]": _("contribution less reduction"),
        "[eerste dag]": _("first day of the programme"),
        "[laatste dag]": _("last day of the programme"),
    }


def words(programme: Programme, kind: str) -> ProgrammeLetter:
    """The words of a letter: those that the leads wrote, else the usual ones (not saved)."""
    kept = ProgrammeLetter.objects.filter(programme=programme, kind=kind).first()
    return kept or usual(programme, kind)


def usual(programme: Programme, kind: str) -> ProgrammeLetter:
    """The words to begin with, signed by the leads, from the organisers."""
    if kind == LetterKind.INVITATION:
        subject = _("Invitation: take part in [programma]")
        text = _(
            "With this letter we invite [gemeente] to take part in [programma].\n\n"
            "In this programme municipalities learn together how to hand over tasks and decisions to residents. You see how "
            "others do it, you bring a case of your own, and you get advice from colleagues.\n\n"
            "We ask you to say whether [gemeente] wants to talk about it. Below you read when it takes place, what it costs "
            "and what we ask of you."
        )
    else:
        subject = _("Confirmation: [gemeente] takes part in [programma]")
        text = _(
            "We are glad that [gemeente] takes part in [programma]. With this letter we confirm what we agreed.\n\n"
            "The programme runs from [eerste dag] to [laatste dag]. We ask you to put the sessions in your calendar and to "
            "come with at least two people.\n\n"
            "You pay [te betalen]. You get an invoice for it."
        )
    partners = [one.name for one in programme.partners.all() if one.kind == "organiser"]
    roles = programme.roles.filter(kind=ProgrammeRoleKind.LEAD).select_related("user")
    return ProgrammeLetter(
        programme=programme,
        kind=kind,
        subject=subject,
        text=text,
        sender="\n".join(partners or [programme.title]),
        signature="\n".join(str(role.user) for role in roles),
        version=0,
    )


def compose(programme: Programme, rows: Iterable[Enrolment], kept: ProgrammeLetter, *, on: date) -> list[Letter]:
    """Letters as plain data for the template ``network_letters``, one per municipality; two queries, whatever their number.

    Args:
        rows: with ``municipality`` fetched.
        on: the (Dutch) day on the letters.
    """
    phases = list(programme.phases.all())
    conditions = _conditions(programme, kept.kind)
    return [_one(programme, row, kept, phases, conditions, on) for row in rows]


def _one(
    programme: Programme,
    row: Enrolment,
    kept: ProgrammeLetter,
    phases: Sequence[Phase],
    conditions: list[dict[str, Any]],
    on: date,
) -> Letter:
    net = row.fee_cents - row.reduction_cents
    filled = {
        "[gemeente]": row.municipality.name,
        "[programma]": programme.title,
        "[contact]": row.contact_name,
        "[te betalen]": euro(net),
        "[eerste dag]": day(phases[0].starts_on) if phases else "",
        "[laatste dag]": day(max(phase.ends_on for phase in phases)) if phases else "",
    }

    def fill(text: str) -> str:
        for sign, value in filled.items():
            text = text.replace(sign, value)
        return text

    blocks = paragraphs(fill(kept.text))
    if phases:
        rows = [[phase.title, short_day(phase.starts_on), short_day(phase.ends_on)] for phase in phases]
        blocks += [
            {"kind": "heading", "level": 2, "text": _("When is it?")},
            {"kind": "table", "head": [_("Part"), _("From"), _("Until")], "rows": rows, "columns": [30.0, 16.0, 16.0]},
        ]
    blocks += _money(programme, row)
    blocks += conditions
    return {
        "recipient": [
            _("Municipality of %(name)s") % {"name": row.municipality.name},
            *([_("Attn. %(name)s") % {"name": row.contact_name}] if row.contact_name else []),
        ],
        "sender": [line for line in fill(kept.sender).splitlines() if line.strip()],
        "facts": [[_("Date"), day(on)], [_("Programme"), programme.title]],
        "title": fill(kept.subject),
        "salutation": _("Dear %(name)s,") % {"name": row.contact_name} if row.contact_name else _("Dear reader,"),
        "blocks": blocks,
        "closing": _("Kind regards,"),
        "signature": [line for line in fill(kept.signature).splitlines() if line.strip()],
    }


def _money(programme: Programme, row: Enrolment) -> list[dict[str, Any]]:
    net = row.fee_cents - row.reduction_cents
    rows = [[_("Contribution"), euro(row.fee_cents)]]
    if row.reduction_cents:
        why = f" ({row.reduction_reason})" if row.reduction_reason else ""
        rows.append([_("Reduction") + why, euro(-row.reduction_cents)])
        rows.append([_("To pay"), euro(net)])
    made: list[dict[str, Any]] = [{"kind": "heading", "level": 2, "text": _("What does it cost?")}]
    if row.fee_cents == 0:
        return [*made, {"kind": "paragraph", "text": _("Taking part costs nothing.")}]
    made.append(
        {
            "kind": "table",
            "head": [_("What"), _("Amount")],
            "rows": rows,
            "align": ["left", "right"],
            "columns": [46.0, 16.0],
        }
    )
    if programme.fee_text.strip():
        made += paragraphs(programme.fee_text)
    return made


def _conditions(programme: Programme, kind: str) -> list[dict[str, Any]]:
    """An invitation says what must be there to begin; a confirmation what everybody agreed on."""
    if kind == LetterKind.INVITATION:
        items = [*(str(label) for _key, label in SCALES), _("Attention area")]
        return [
            {"kind": "heading", "level": 2, "text": _("What must be there to begin")},
            {"kind": "list", "items": items},
        ]
    rules = programme.ground_rules.order_by("-number").first()
    if rules is None or not rules.text.strip():
        return []
    return [{"kind": "heading", "level": 2, "text": _("Our ground rules")}, *paragraphs(rules.text)]


def paragraphs(text: str) -> list[dict[str, Any]]:
    """Plain text as blocks: an empty line begins a paragraph, lines that begin with a dash make a list."""
    blocks: list[dict[str, Any]] = []
    for part in text.replace("\r\n", "\n").split("\n\n"):
        lines = [line.strip() for line in part.splitlines() if line.strip()]
        items = [line[1:].strip() for line in lines if line.startswith(("-", "*"))]
        rest = [line for line in lines if not line.startswith(("-", "*"))]
        if rest:
            blocks.append({"kind": "paragraph", "text": "\n".join(rest)})
        if items:
            blocks.append({"kind": "list", "items": items})
    return blocks


def render(programme: Programme, kind: str, composed: Sequence[Letter]) -> bytes:
    """The letters as one tagged PDF (PDF/UA-1), each beginning on a new page.

    Raises:
        ValueError: none, or more than ``MOST``.
    """
    if not 0 < len(composed) <= MOST:
        raise ValueError(f"a PDF holds 1 to {MOST} letters, not {len(composed)}")
    title = composed[0]["title"] if len(composed) == 1 else f"{LetterKind(kind).label}: {programme.title}".capitalize()
    return pdf.render("network_letters", {"title": title, "municipality": programme.title, "letters": composed})
