"""A transfer plan as a page, a document and a sheet: one set of facts for all three."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from changelab.enums import Carrier
from changelab.models import PlanRisk, PlanTask, PlanVersion, Sums, TransferPlan
from changelab.services.plans import sums
from foundation.core.document import blocks_of
from foundation.core.wording import euro, short_day
from initiatives.models import Evaluation, Progress

if TYPE_CHECKING:
    from initiatives.models import Initiative


def money_head() -> list[str]:
    return [
        _("Task"),
        _("Costs now"),
        _("Saving"),
        _("Handed over"),
        _("Stays with the municipality"),
        _("Own contribution"),
        _("Full jobs now"),
    ]


def money_rows(tasks: Sequence[PlanTask]) -> list[list[Any]]:
    """Per task: title, five amounts in cents, and full jobs; the last row is the whole."""
    rows: list[list[Any]] = [[task.title, *_amounts(task.sums), task.full_jobs] for task in tasks]
    return [*rows, [_("Together"), *_amounts(sums(tasks)), sum(task.present_fte for task in tasks) / 100]]


def _amounts(one: Sums) -> list[int]:
    return [one.present, one.saving, one.transfer, one.remainder, one.own]


def sheet(plan: TransferPlan) -> tuple[list[str], list[list[Any]]]:
    """Head and rows for a spreadsheet; amounts in euros as numbers."""
    rows = [[row[0], *(cents / 100 for cents in row[1:6]), row[6]] for row in money_rows(list(plan.tasks.all()))]
    return money_head(), rows


def carried(risks: Sequence[PlanRisk]) -> list[dict[str, Any]]:
    """Who carries which risk, in the order of ``Carrier``: ``label`` and ``texts``; who carries none is left out."""
    found = [
        {"label": str(label).capitalize(), "texts": [risk.text for risk in risks if risk.carrier == code]}
        for code, label in Carrier.choices
    ]
    return [line for line in found if line["texts"]]


def document(plan: TransferPlan) -> dict[str, Any]:
    """The context of ``pdf.render("report", ...)``: what is handed over, to whom, for how much, and who carries which risk."""
    tasks = list(plan.tasks.all())
    total = sums(tasks)
    jobs = sum(task.present_fte for task in tasks) / 100
    blocks: list[dict[str, Any]] = [*blocks_of(plan.summary)]
    if tasks:
        rows = [[row[0], *(euro(cents) for cents in row[1:6])] for row in money_rows(tasks)]
        blocks += [
            {"kind": "heading", "level": 2, "text": _("What is handed over")},
            {
                "kind": "table",
                "caption": _("Amounts per year"),
                "head": money_head()[:6],
                "rows": rows,
                "align": ["left"] + 5 * ["right"],
                "columns": [3, 2, 2, 2, 2, 2],
            },
        ]
        for task in tasks:
            if task.text:
                blocks += [{"kind": "heading", "level": 3, "text": task.title}, *blocks_of(task.text, level=4)]
    all_risks = list(plan.risks.all())
    risks = [[risk.text, str(risk.get_carrier_display()), risk.measure] for risk in all_risks]
    if risks:
        head = [_("What can go wrong"), _("Who carries it"), _("What we do about it")]
        blocks += [
            {"kind": "heading", "level": 2, "text": _("Risks")},
            {"kind": "table", "caption": _("Risks"), "head": head, "rows": risks},
        ]
    for title, text in (
        (_("Conditions"), plan.conditions),
        (_("Support"), plan.support),
        (_("Next steps"), plan.next_steps),
    ):
        if text:
            blocks += [{"kind": "heading", "level": 2, "text": title}, *blocks_of(text, level=3)]
    advice = [
        [str(one.enrolment or _("Programme")), one.text, str(one.get_use_display() or _("no answer yet")), one.answer]
        for one in plan.advice.all()
    ]
    if advice:
        head = [_("By"), _("Advice"), _("What was done with it"), _("Why")]
        blocks += [
            {"kind": "heading", "level": 2, "text": _("Advice of others")},
            {"kind": "table", "caption": _("Advice of others"), "head": head, "rows": advice},
        ]
    facts = [
        [_("Lab"), plan.lab.title],
        [_("State"), str(plan.get_state_display())],
        [_("What is handed over"), "; ".join(task.title for task in tasks)],
        [_("To whom"), ", ".join(part for part in (plan.group_name, plan.group_form) if part)],
        [_("Handed over in a year"), euro(total.transfer)],
        [_("The group has to spend"), euro(total.group_budget)],
        *(
            [_("Risks: %(who)s") % {"who": line["label"].lower()}, "; ".join(line["texts"])]
            for line in carried(all_risks)
        ),
        [_("Full jobs now"), number_format(jobs, decimal_pos=2, use_l10n=True) if jobs else ""],
        [_("Start"), short_day(plan.starts_on) if plan.starts_on else ""],
        [_("Address"), f"{settings.SITE_URL}{plan.get_absolute_url()}"],
    ]
    for sign in plan.sign_offs.all():
        facts.append([str(sign.get_side_display()).capitalize(), f"{sign.name}, {short_day(sign.signed_on)}"])
    return {
        "title": plan.title,
        "subtitle": plan.lab.cohort.title,
        "municipality": plan.lab.municipality.name,
        "facts": [fact for fact in facts if fact[1]],
        "blocks": blocks,
    }


def compared(old: PlanVersion, new: PlanVersion) -> list[dict[str, str]]:
    """What changed between two versions: ``what``, ``old`` and ``new`` in words."""
    lines = []
    for name in sorted(set(old.content) & set(new.content) - {"tasks", "risks", "sums"}):
        if old.content[name] != new.content[name]:
            label = _label(TransferPlan, name).capitalize()
            lines.append({"what": label, "old": str(old.content[name] or "–"), "new": str(new.content[name] or "–")})
    for kind, model in (("tasks", PlanTask), ("risks", PlanRisk)):
        before = {row["id"]: row for row in old.content[kind]}
        after = {row["id"]: row for row in new.content[kind]}
        for key in [*before, *(key for key in after if key not in before)]:
            one, other = before.get(key), after.get(key)
            if one == other:
                continue
            name = str((other or one or {}).get("title") or (other or one or {}).get("text", ""))
            if one is None or other is None:
                lines.append(
                    {
                        "what": name,
                        "old": "–" if one is None else _("stood in the plan"),
                        "new": _("added") if one is None else _("taken out"),
                    }
                )
                continue
            for field in sorted(set(one) & set(other)):
                if one[field] != other[field]:
                    label = _label(model, field)
                    lines.append(
                        {"what": f"{name}: {label}", "old": _said(field, one[field]), "new": _said(field, other[field])}
                    )
    return lines


def _label(model: Any, field: str) -> str:
    return str(model._meta.get_field(field).verbose_name)


def _said(field: str, value: Any) -> str:
    return euro(value) if field.endswith("_cents") else str(value or "–")


def results(initiative: Initiative) -> dict[str, Any]:
    """What came of a transfer, as everybody may read it: state, last progress, evaluation."""
    last = Progress.objects.filter(initiative=initiative).first()
    evaluation = Evaluation.objects.filter(initiative=initiative).first() if initiative.state == "evaluated" else None
    return {"initiative": initiative, "progress": last, "evaluation": evaluation}
