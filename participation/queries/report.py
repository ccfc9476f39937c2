"""The facts of the final report, a draft of its text, and the report as a document."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Count, Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core.text import plain
from foundation.core.wording import day, euro, short_day
from foundation.municipalities.queries import mail_language
from participation import slots
from participation.enums import AnswerOutcome
from participation.enums_outcome import MilestoneMoment
from participation.models import Contribution, HandOver, Milestone, Process, PublicView, Report
from participation.personal_data import contributions
from participation.queries import report_text
from participation.queries.processes import last_day
from participation.queries.report_text import in_words, listed, quoted

MOST_ANSWERS = 1_000


def chapters(process: Process) -> list[dict[str, Any]]:
    """The facts as they are now, JSON-able: ``[{"title": ..., "blocks": [...]}]``."""
    found = [chapter for chapter in slots.chapters(process) if "blocks" in chapter]
    ready: list[dict[str, Any]] = json.loads(json.dumps(found, cls=DjangoJSONEncoder))
    return ready


def current(process: Process) -> Report:
    """The report; before anybody wrote it one that is not saved, with a draft in the language of the municipality."""
    there = Report.objects.filter(process=process).first()
    if there is not None:
        return there
    with translation.override(mail_language(process.municipality_id)):
        return Report(process=process, text=draft(process), version=0)


def draft(process: Process) -> str:
    """A first text in Markdown, from the facts, for a civil servant to make their own."""
    return report_text.draft(process, slots.chapters(process))


def document(process: Process, report: Report, body_blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """The context of ``pdf.render("report", ...)``.

    Args:
        body_blocks: the text of the report as blocks.
    """
    blocks = list(body_blocks)
    for chapter in report.chapters if report.chapters is not None else chapters(process):
        blocks.append({"kind": "heading", "level": 2, "text": chapter["title"]})
        blocks += chapter["blocks"]
    return {
        "municipality": process.municipality.name,
        "title": _("Final report: %(title)s") % {"title": process.title},
        "facts": [
            [_("Process"), f"{settings.SITE_URL}{process.get_absolute_url()}"],
            [_("Form"), f"{process.get_level_display()}: {process.get_form_display()}"],
            *([[_("Published on"), short_day(report.published_at)]] if report.published_at else []),
        ],
        "blocks": blocks,
    }


# --- Chapters of this aggregate --------------------------------------------------------------------------------------


def frame_chapter(process: Process) -> dict[str, Any]:
    """What was open, fixed and promised."""
    areas = ", ".join(area.name for area in process.areas.all()) or str(_("The whole municipality"))
    items = [
        [_("Open"), process.open_text],
        [_("Fixed"), process.fixed_text],
        [_("Money"), euro(process.money_cents) if process.money_cents is not None else ""],
        [_("Who decides"), process.decides],
        [_("Where"), areas],
    ]
    rows = [[phase.title, short_day(phase.opens_at), short_day(last_day(phase))] for phase in process.phases.all()]
    blocks: list[dict[str, Any]] = [{"kind": "facts", "items": [item for item in items if item[1]]}]
    if rows:
        head = [_("Phase"), _("From"), _("Through")]
        blocks.append({"kind": "table", "caption": _("The phases"), "head": head, "rows": rows})
    return {"title": _("The frame"), "blocks": blocks}


def views_chapter(process: Process) -> dict[str, Any] | None:
    """How many views came in and how; their texts stand with the answers."""
    rows = list(PublicView.objects.filter(process=process).values_list("channel", flat=True))
    if not rows:
        return None
    labels = dict(PublicView._meta.get_field("channel").choices or ())
    counted = [[str(labels[channel]), str(rows.count(channel))] for channel in dict.fromkeys(rows)]
    sentence = ngettext("%(n)s view came in.", "%(n)s views came in.", len(rows)) % {"n": in_words(len(rows))}
    blocks = [
        {"kind": "paragraph", "text": sentence},
        {"kind": "table", "caption": _("How they came in"), "head": [_("How"), _("Number")], "rows": counted},
    ]
    return {"title": _("Views on the draft"), "blocks": blocks, "sentence": sentence, "part": "brought"}


def answers_chapter(process: Process) -> dict[str, Any] | None:
    """What was done with the contributions: counted, and each with its answer."""
    answered: list[Contribution] = []
    total = 0
    for model in contributions():
        rows = brought_in(model, process)
        total += rows.count()
        answered += list(rows.filter(hidden_at=None).exclude(answer_outcome="").order_by("created_at")[:MOST_ANSWERS])
    if not total:
        return None
    sentence = _answers_told(process)
    blocks: list[dict[str, Any]] = [{"kind": "paragraph", "text": sentence}]
    if answered:
        blocks.append(
            {
                "kind": "table",
                "caption": _("Every contribution and its answer"),
                "head": [_("Contribution"), _("What was done with it"), _("Why")],
                "rows": [
                    [plain(row.said, 300), str(row.get_answer_outcome_display()), plain(row.answer, 1_000)]
                    for row in answered
                ],
            }
        )
    return {
        "title": _("What was done with the contributions"),
        "blocks": blocks,
        "sentence": sentence,
        "part": "answered",
    }


def _answers_told(process: Process) -> str:
    """How many contributions have which answer, and how many still wait."""
    counts: Counter[str] = Counter()
    for model in contributions():
        rows = brought_in(model, process).filter(hidden_at=None).exclude(answer_outcome="").order_by()
        counts.update(
            dict(rows.values_list("answer_outcome").annotate(n=Count("pk")).values_list("answer_outcome", "n"))
        )
    answered, waits = counts.total(), unanswered(process)
    if not answered:
        return _("The contributions still wait for an answer.") if waits else ""
    unchanged = {AnswerOutcome.NOTED.value: _("without a change")}
    words = {
        "n": in_words(answered + waits),
        "answered": in_words(answered),
        "list": listed(
            _("%(n)s %(outcome)s") % {"n": in_words(counts[outcome]), "outcome": unchanged.get(outcome, label)}
            for outcome, label in AnswerOutcome.choices
            if counts[outcome]
        ),
    }
    if not waits:
        return (
            ngettext(
                "The contribution that came in has an answer: %(list)s.",
                "All %(n)s contributions have an answer: %(list)s.",
                answered,
            )
            % words
        )
    return (
        ngettext(
            "Of the %(n)s contributions %(answered)s has an answer: %(list)s. The others still wait for theirs.",
            "Of the %(n)s contributions %(answered)s have an answer: %(list)s. The others still wait for theirs.",
            answered,
        )
        % words
    )


def decisions_chapter(process: Process) -> dict[str, Any] | None:
    """What was decided, by whom, when and why."""
    rows = [row for row in process.decisions.all() if row.is_decided]
    if not rows:
        return None
    blocks: list[dict[str, Any]] = []
    for row in rows:
        blocks += [
            {"kind": "heading", "level": 3, "text": row.title},
            {
                "kind": "facts",
                "items": [
                    [_("Decided by"), str(row.get_body_display())],
                    [_("Decided on"), short_day(row.decided_on)],
                    [_("Outcome"), str(row.get_state_display())],
                ],
            },
            {"kind": "paragraph", "text": plain(row.text, 4_000)},
            {"kind": "paragraph", "text": _("Why: %(reasons)s") % {"reasons": plain(row.reasons, 4_000)}},
        ]
    told = []
    for row in rows:
        said = _("On %(day)s %(body)s decided about “%(title)s”: %(outcome)s.") % {
            "day": day(row.decided_on),
            "body": row.get_body_display(),
            "title": row.title,
            "outcome": row.get_state_display(),
        }
        told.append("\n\n".join(text.strip() for text in (said, row.text, row.reasons) if text.strip()))
    return {"title": _("The decision"), "blocks": blocks, "sentence": "\n\n".join(told), "part": "decided"}


def execution_chapter(process: Process) -> dict[str, Any] | None:
    """What is being carried out: milestones, and proposals that became initiatives."""
    steps = list(process.milestones.all())
    handed = list(HandOver.objects.filter(process=process).select_related("proposal", "initiative"))
    if not steps and not handed:
        return None
    blocks: list[dict[str, Any]] = []
    if steps:
        rows = [[row.title, short_day(row.due_on), str(row.moment().label)] for row in steps]
        head = [_("What"), _("Planned on"), _("How far")]
        blocks.append({"kind": "table", "caption": _("Milestones"), "head": head, "rows": rows})
    if handed:
        made = [[row.proposal.title, euro(row.budget_cents), str(row.initiative.get_state_display())] for row in handed]
        head = [_("Proposal"), _("Budget"), _("How far")]
        blocks.append({"kind": "table", "caption": _("Proposals that became initiatives"), "head": head, "rows": made})
    return {
        "title": _("Carrying it out"),
        "blocks": blocks,
        "sentence": _execution_told(steps, handed),
        "part": "next",
    }


def _execution_told(steps: list[Milestone], handed: list[HandOver]) -> str:
    """What is done, what comes next and when, and what residents carry out themselves."""
    told = []
    done = [row for row in steps if row.moment() == MilestoneMoment.DONE]
    if done:
        told.append(_("This is ready: %(names)s.") % {"names": quoted(row.title for row in done)})
    coming = sorted(
        (row for row in steps if row.done_on is None and row.dropped_on is None), key=lambda row: row.due_on
    )
    if coming:
        told.append(
            _("The next step is “%(title)s”, planned on %(day)s.")
            % {"title": coming[0].title, "day": day(coming[0].due_on)}
        )
    if handed:
        told.append(
            ngettext(
                "%(names)s is an initiative now and is carried out.",
                "%(names)s are initiatives now and are carried out.",
                len(handed),
            )
            % {"names": quoted(row.proposal.title for row in handed)}
        )
    return " ".join(told)


def unanswered(process: Process) -> int:
    """Contributions that still wait for an answer."""
    return sum(waiting(model, process).count() for model in contributions())


def brought_in(model: type[Contribution], process: Process) -> Any:
    """Of one kind, everything that was handed in; what its maker still keeps as a draft is nobody's business."""
    manager: Any = model._default_manager
    rows = manager.filter(process=process)
    return rows.filter(submitted_at__isnull=False) if _has_drafts(model) else rows


def waiting(model: type[Contribution], process: Process) -> Any:
    """Of one kind, those without an answer: handed in, on the site, still standing."""
    rows = brought_in(model, process).filter(answer_outcome="", hidden_at=None)
    return rows.exclude(Q(state="withdrawn") | Q(state="merged")) if _has_drafts(model) else rows


def _has_drafts(model: type[Contribution]) -> bool:
    return any(field.name == "submitted_at" for field in model._meta.concrete_fields)
