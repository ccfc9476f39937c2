"""Reading agreements, progress and what was learned: for everybody, and for the two sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from foundation.core.wording import euro, short_day
from initiatives.enums import InitiativeState
from initiatives.models import Agreement, ContactMoment, Evaluation, Initiative, Instalment, Progress

_S = InitiativeState
AFTER_YES = (_S.AGREED, _S.IN_EXECUTION, _S.FINISHED, _S.EVALUATED, _S.WITHDRAWN)


@dataclass(frozen=True)
class Aftermath:
    """What there is after a yes. ``talks`` holds notes: for the two sides only."""

    agreement: Agreement | None
    instalments: list[Instalment]
    talks: list[ContactMoment]
    progress: list[Progress]
    evaluation: Evaluation | None

    @property
    def paid_cents(self) -> int:
        return sum(part.amount_cents for part in self.instalments if part.paid_on)


def of(initiative: Initiative) -> Aftermath:
    """Everything, for the team and the town hall."""
    agreement = Agreement.objects.filter(initiative=initiative).first()
    return Aftermath(
        agreement=agreement,
        instalments=list(agreement.instalments.all()) if agreement else [],
        talks=list(agreement.contact_moments.all()) if agreement else [],
        progress=list(initiative.progress.select_related("by")),
        evaluation=Evaluation.objects.filter(initiative=initiative).first(),
    )


def public_of(initiative: Initiative) -> Aftermath | None:
    """What everybody may read: the agreement once it is signed, without talks; None where there is nothing."""
    if initiative.state not in AFTER_YES:
        return None
    agreement = Agreement.objects.filter(initiative=initiative, signed_on__isnull=False).first()
    progress = list(initiative.progress.all())
    if agreement is None and not progress:
        return None
    parts = list(agreement.instalments.all()) if agreement else []
    return Aftermath(agreement, parts, [], progress, None)


def lessons_of(initiative: Initiative) -> Evaluation | None:
    """What was learned, once the initiative was looked back on."""
    if initiative.state != InitiativeState.EVALUATED:
        return None
    return Evaluation.objects.filter(initiative=initiative).first()


def pdf_context(initiative: Initiative, found: Aftermath) -> dict[str, Any]:
    """The agreement as a document to sign; without the notes of talks."""
    agreement = found.agreement
    if agreement is None:
        raise ValueError("there is no agreement")
    blocks: list[dict[str, Any]] = []
    for head, text in (
        (_("What was agreed"), agreement.subject),
        (_("If an agreement is not kept"), agreement.if_not_kept),
        (_("How either side ends it"), agreement.ending),
    ):
        blocks.append({"kind": "heading", "level": 2, "text": head})
        blocks += [{"kind": "paragraph", "text": part} for part in text.splitlines() if part.strip()]
    if found.instalments:
        blocks.append({"kind": "heading", "level": 2, "text": _("Instalments")})
        blocks.append(
            {
                "kind": "table",
                "caption": _("What is paid when"),
                "head": [_("Day"), _("Amount")],
                "rows": [[short_day(part.due_on), euro(part.amount_cents)] for part in found.instalments],
                "align": ["left", "right"],
            }
        )
    if found.talks:
        blocks.append({"kind": "heading", "level": 2, "text": _("Contact moments")})
        blocks.append({"kind": "list", "items": [f"{short_day(talk.on)}: {talk.subject}" for talk in found.talks]})
    if agreement.signed_on is None:
        blocks.append({"kind": "heading", "level": 2, "text": _("Signatures")})
        blocks.append({"kind": "list", "items": [_("The initiators: name, date, signature")]})
        blocks.append({"kind": "list", "items": [_("The municipality: name, date, signature")]})
    municipality = initiative.municipality
    return {
        "municipality": municipality.name,
        "title": _("Agreement: %(title)s") % {"title": initiative.title},
        "facts": [
            [_("Plan"), f"{settings.SITE_URL}{initiative.get_absolute_url()}"],
            [_("From"), short_day(agreement.starts_on)],
            [_("Until"), short_day(agreement.ends_on)],
            [_("Budget"), euro(agreement.budget_cents)],
            [_("Signed on"), short_day(agreement.signed_on) if agreement.signed_on else _("not signed yet")],
        ],
        "blocks": blocks,
    }
