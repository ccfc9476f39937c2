"""What an answer may be, question by question, and how it is counted. Nothing is written here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.surveys.enums import QuestionKind
from foundation.surveys.models import Question

LONGEST_TEXT = 4000
Value = str | int | list[str]


@dataclass(frozen=True)
class Page:
    """One page of a questionnaire. ``number`` counts from 1."""

    number: int
    title: str = ""
    help_text: str = ""
    questions: list[Question] = field(default_factory=list)


def pages(questions: Iterable[Question]) -> list[Page]:
    """The questions divided over pages: each heading begins one. A heading without questions gives no page."""
    found: list[tuple[str, str, list[Question]]] = [("", "", [])]
    for question in questions:
        if question.kind == QuestionKind.PAGE:
            found.append((question.text, question.help_text, []))
        else:
            found[-1][2].append(question)
    kept = [page for page in found if page[2]]
    return [Page(number, *page) for number, page in enumerate(kept, 1)] or [Page(1)]


def clean(question: Question, raw: Any) -> Value | None:
    """The answer that stands in what was typed or ticked; None where nothing was.

    Args:
        raw: a text, or for several answers a list of texts.

    Raises:
        ValidationError: no answer to this question, in words for who typed it; or nothing where something must be.
    """
    found = _READ[QuestionKind(question.kind)](question, raw)
    if found in (None, "", []):
        if question.is_required:
            raise ValidationError(_("Give an answer to this question."), code="required")
        return None
    return found


def _single(question: Question, raw: Any) -> Value | None:
    if not raw:
        return None
    if raw not in question.labels:
        raise ValidationError(_("Choose one of the answers."), code="choice")
    return str(raw)


def _multiple(question: Question, raw: Any) -> Value | None:
    chosen = {str(key) for key in (raw or [])}
    if not chosen <= set(question.labels):
        raise ValidationError(_("Choose from the answers."), code="choice")
    return [key for key in question.labels if key in chosen]


def _scale(question: Question, raw: Any) -> Value | None:
    if raw in (None, ""):
        return None
    if str(raw) not in {str(place) for place in question.places}:
        raise ValidationError(_("Choose one of the answers."), code="choice")
    return int(raw)


def _number(question: Question, raw: Any) -> Value | None:
    text = str(raw or "").strip().replace("\u00a0", "").replace(" ", "")
    if not text:
        return None
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?", text):  # 4.500 and 4.500,50, as people write in Dutch
        text = text.replace(".", "")
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise ValidationError(_("Type a number, for example 12 or 12,5."), code="number") from None
    if not number.is_finite() or abs(number) >= 10**12:
        raise ValidationError(_("Type a number, for example 12 or 12,5."), code="number")
    if question.low is not None and number < question.low:
        raise ValidationError(_("This must be at least %(limit)s."), code="low", params={"limit": question.low})
    if question.high is not None and number > question.high:
        raise ValidationError(_("This must be at most %(limit)s."), code="high", params={"limit": question.high})
    plain = f"{number.quantize(Decimal('0.01')).normalize():f}"
    return "0" if plain == "-0" else plain


def _open(question: Question, raw: Any) -> Value | None:
    text = str(raw or "").replace("\r\n", "\n").replace("\0", "").strip()
    if len(text) > LONGEST_TEXT:
        over = len(text) - LONGEST_TEXT
        raise ValidationError(
            ngettext("This is %(n)d character too long.", "This is %(n)d characters too long.", over),
            params={"n": over},
        )
    return text or None


_READ = {
    QuestionKind.SINGLE: _single,
    QuestionKind.MULTIPLE: _multiple,
    QuestionKind.SCALE: _scale,
    QuestionKind.NUMBER: _number,
    QuestionKind.OPEN: _open,
    QuestionKind.PAGE: lambda question, raw: None,
}


def clean_all(questions: Iterable[Question], typed: Mapping[str, Any]) -> tuple[dict[str, Value], dict[str, str]]:
    """All answers by key of the question, and what is wrong by key of the question, in order."""
    answers: dict[str, Value] = {}
    wrong: dict[str, str] = {}
    for question in questions:
        try:
            value = clean(question, typed.get(question.key))
        except ValidationError as error:
            wrong[question.key] = " ".join(error.messages)
        else:
            if value is not None:
                answers[question.key] = value
    return answers, wrong


def counted(question: Question, value: Value) -> list[str]:
    """Under which values an answer is counted; none for own words."""
    if question.kind == QuestionKind.OPEN:
        return []
    return list(value) if isinstance(value, list) else [str(value)]
