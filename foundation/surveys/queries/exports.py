"""Results as rows of a file. They are made of what the page shows, so they hide the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from foundation.surveys.enums import CHOICE_KINDS, QuestionKind
from foundation.surveys.models import Question, Sheet

if TYPE_CHECKING:
    from foundation.surveys.models import Survey
    from foundation.surveys.queries.results import Results


def result_rows(found: Results) -> tuple[list[str], list[list[Any]]]:
    """Head and rows: question, group, answer, number, percentage. A hidden open answer tells only why."""
    head = [pgettext("which one", "Number"), _("Question"), _("Group"), _("Answer"), _("People"), _("Percent")]
    everybody = _("everybody")
    rows: list[list[Any]] = [["", _("Answered"), everybody, "", found.responses or 0, ""]]
    for size in found.groups:
        rows += [["", _("Answered"), f"{size.label}: {name}", "", number, ""] for name, number in size.rows]
    for result in found.questions:
        text = result.question.text
        rows.append([result.number, text, everybody, _("Answered"), result.answered, ""])
        rows += [[result.number, text, everybody, row.label, row.count, round(row.share, 1)] for row in result.rows]
        if result.mean is not None:
            rows.append([result.number, text, everybody, _("Mean"), round(result.mean, 2), ""])
            rows.append([result.number, text, everybody, _("Median"), result.median, ""])
        for table in result.groups:
            for cells in table.rows:
                rows += [
                    [result.number, text, f"{table.label}: {cells[0]}", label, cell, ""]
                    for label, cell in zip(table.head[1:], cells[1:], strict=True)
                ]
        rows += [
            [
                result.number,
                text,
                everybody,
                _("hidden: %(reason)s") % {"reason": one.hidden_reason} if one.hidden_reason else one.text,
                "",
                "",
            ]
            for one in result.texts
        ]
    return head, rows


def named_rows(survey: Survey) -> tuple[list[str], list[list[Any]]]:
    """One row per person of a survey with names: who, as what, and each answer."""
    if survey.is_anonymous:
        raise ValueError("an anonymous survey has no answers with names")
    questions = [one for one in survey.version.questions.order_by("position") if one.kind != QuestionKind.PAGE]
    head = [_("Who"), _("Answered as"), *(question.text for question in questions)]
    sheets = Sheet.objects.filter(survey=survey).select_related("invitation__user").order_by("pk")
    rows = []
    for sheet in sheets:
        person = sheet.invitation.user
        who = f"{person} <{person.email}>" if person is not None else sheet.invitation.email
        rows.append(
            [who, sheet.get_audience_display(), *(_words(one, sheet.answers.get(one.key)) for one in questions)]
        )
    return head, rows


def _words(question: Question, value: Any) -> Any:
    if value is None:
        return ""
    if question.kind in CHOICE_KINDS:
        keys = value if isinstance(value, list) else [value]
        return ", ".join(str(question.labels.get(key, key)) for key in keys)
    return value
