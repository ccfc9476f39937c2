"""Texts that are written together as their pages show them: paragraphs with their remarks, and two versions compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Prefetch, Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core.document import blocks_of
from foundation.core.text import plain, render_markdown
from foundation.core.wording import short_day
from foundation.discussion.queries.history import compare
from participation.enums import AnswerOutcome
from participation.enums_groups import SeatFunction, SeatState
from participation.models import Document, DocumentVersion, Group, Paragraph, Process, Remark
from participation.queries.report_text import in_words
from participation.splitting import Piece, joined, moved

MOST_COMPARED = 8_000  # letters of one paragraph, old and new together; above it both stand there without marks
MOST_COMPARED_IN_ALL = 60_000

SAME, CHANGED, NEW, REMOVED = "same", "changed", "new", "removed"


@dataclass(frozen=True)
class Line:
    """One paragraph or heading on the page of a text.

    Attributes:
        tag: ``h2`` or ``h3`` for headings, else empty.
        remarks, answered: those on the site.
    """

    paragraph: Paragraph
    tag: str
    html: SafeString
    remarks: int = 0
    answered: int = 0


@dataclass(frozen=True)
class Change:
    """One paragraph in two versions.

    Attributes:
        label: what it is called; what was removed by its number in the old version.
        state: ``same``, ``changed``, ``new`` or ``removed``; ``is_moved`` beside that.
        left, right: both texts, escaped, with the words that differ marked.
        because: the remarks that led to it, those on the site.
    """

    label: str
    state: str
    is_moved: bool
    before: Paragraph | None
    after: Paragraph | None
    left: SafeString
    right: SafeString
    because: Sequence[Remark] = ()

    @property
    def paragraph(self) -> Paragraph:
        found = self.after or self.before
        assert found is not None
        return found


def label_of(paragraph: Paragraph) -> str:
    """How a paragraph is called on a page."""
    if paragraph.level:
        return _("Heading “%(text)s”") % {"text": plain(paragraph.text, 80)}
    if paragraph.number is None:
        return _("Paragraph")
    return _("Paragraph %(number)s") % {"number": paragraph.number}


def one(process: Process, number: int) -> Document | None:
    """The text with this number, in this process, with its process and group filled in."""
    found: Document | None = (
        Document.objects.filter(process=process).select_related("group").filter(number=number).first()
    )
    if found is not None:
        found.process = process
        if found.group is not None:
            found.group.process = process
    return found


def published(document: Document) -> list[DocumentVersion]:
    """Its published versions, the oldest first."""
    return list(document.versions.filter(published_at__isnull=False))


def documents_of(process: Process, group: Group | None = None) -> list[dict[str, Any]]:
    """The texts of a process, or of one of its groups, with how far they are; two queries whatever their number."""
    rows = Document.objects.filter(process=process).select_related("group")
    if group is not None:
        rows = rows.filter(group=group)
    on_site = Q(remarks__hidden_at=None)
    documents = list(
        rows.annotate(
            said=Count("remarks", filter=on_site),
            answered=Count("remarks", filter=on_site & ~Q(remarks__answer_outcome="")),
        )
    )
    newest = dict(
        DocumentVersion.objects.filter(document__in=documents, published_at__isnull=False)
        .order_by()
        .values_list("document")
        .annotate(Max("number"))
    )
    for document in documents:
        document.process = process
        if document.group is not None:
            document.group.process = process
    return [
        {
            "document": document,
            "newest": newest.get(document.pk, 0),
            "said": document.said,
            "answered": document.answered,
        }
        for document in documents
    ]


def lines(document: Document, version: DocumentVersion) -> list[Line]:
    """The paragraphs of a version in their order, with how many remarks stand at each; two queries."""
    said: Counter[int] = Counter()
    answered: Counter[int] = Counter()
    counted = document.remarks.filter(hidden_at=None).order_by().values_list("key")
    for key, total, done in counted.annotate(total=Count("pk"), done=Count("pk", filter=~Q(answer_outcome=""))):
        said[key], answered[key] = total, done
    found = []
    deep = False  # a heading of a third level needs one of a second before it
    for paragraph in version.paragraphs.filter(is_removed=False):
        tag = ""
        if paragraph.level:
            tag = "h3" if paragraph.level > 2 and deep else "h2"
            deep = True
        html = format_html("{}", plain(paragraph.text, 300)) if tag else render_markdown(paragraph.text)
        found.append(Line(paragraph, tag, html, said[paragraph.key], answered[paragraph.key]))
    return found


def printed(document: Document, version: DocumentVersion) -> dict[str, Any]:
    """The context of ``pdf.render("report", ...)``: a version on paper, its paragraphs numbered as on the site."""
    process = document.process
    blocks: list[dict[str, Any]] = []
    deep = False
    for paragraph in version.paragraphs.filter(is_removed=False):
        if paragraph.level:
            level = 3 if paragraph.level > 2 and deep else 2
            blocks.append({"kind": "heading", "level": level, "text": plain(paragraph.text, 300)})
            deep = True
            continue
        number = {"text": f"{paragraph.number}. ", "strong": True}
        found = blocks_of(paragraph.text, level=4)
        if found and found[0]["kind"] == "paragraph":
            found[0] = {**found[0], "text": [number, *found[0]["text"]]}
        else:  # it begins with a list or a quote
            found.insert(0, {"kind": "paragraph", "text": [number]})
        blocks += found
    when = short_day(version.published_at) if version.published_at else ""
    return {
        "municipality": process.municipality.name,
        "title": document.title,
        "subtitle": document.intro,
        "facts": [
            [_("Process"), process.title],
            [_("Version"), f"{version.number}, {when}" if when else str(version.number)],
            [_("Address"), f"{settings.SITE_URL}{document.get_absolute_url()}"],
        ],
        "blocks": blocks,
    }


def remarks_per_key(document: Document) -> dict[int, int]:
    """How many remarks on the site stand at each paragraph, by its key."""
    rows = document.remarks.filter(hidden_at=None).order_by().values_list("key")
    return dict(rows.annotate(Count("pk")))


def latest(document: Document, key: int) -> Paragraph | None:
    """A paragraph as it was last published; in a version before the newest where it is gone by now."""
    rows = Paragraph.objects.filter(
        document_version__document=document, document_version__published_at__isnull=False, key=key, is_removed=False
    )
    found: Paragraph | None = rows.select_related("document_version").order_by("-document_version__number").first()
    return found


def remarks_at(document: Document, key: int) -> QuerySet[Remark]:
    """The remarks at a paragraph that are on the site, the oldest first, with the published changes they led to."""
    led_to = Paragraph.objects.filter(document_version__published_at__isnull=False).select_related("document_version")
    rows = document.remarks.filter(key=key, hidden_at=None).select_related("author", "document_version")
    return rows.prefetch_related(Prefetch("led_to", queryset=led_to))


def causes(document: Document, paragraph: Paragraph | None) -> list[tuple[int, str]]:
    """Remarks that a change can name, as choices: those at the paragraph; for a new one, those of the whole text."""
    rows = document.remarks.filter(hidden_at=None)
    if paragraph is not None:
        own = rows.filter(Q(key=paragraph.key) | Q(led_to=paragraph)).distinct()
        if own.exists() or document.versions.filter(published_at__isnull=False, paragraphs__key=paragraph.key).exists():
            rows = own
    labels = dict(AnswerOutcome.choices)
    found = []
    for remark in rows.order_by("-created_at", "-pk")[:200]:
        outcome = f" ({labels[AnswerOutcome(remark.answer_outcome)]})" if remark.answer_outcome else ""
        where = f"{remark.number}: " if remark.number else ""
        found.append((remark.pk, f"{where}{plain(remark.text, 140)}{outcome}"))
    return found


def whole(version: DocumentVersion) -> str:
    """The Markdown of a version."""
    rows = version.paragraphs.filter(is_removed=False)
    return joined([Piece(paragraph.text, paragraph.level) for paragraph in rows])


def comparison(document: Document, old: DocumentVersion, new: DocumentVersion) -> list[Change]:
    """Two versions paragraph by paragraph, in the order of the new one; what was removed stands where it stood.

    Three or four queries. Words are marked as long as the texts are not too long for that.
    """
    before = {row.key: row for row in old.paragraphs.filter(is_removed=False)}
    after = {row.key: row for row in new.paragraphs.filter(is_removed=False)}
    elsewhere = moved(list(before), list(after))
    because = _because(document, old, new)
    gone_after: dict[int, list[int]] = {}
    stands = 0
    for key in before:
        if key in after:
            stands = key
        else:
            gone_after.setdefault(stands, []).append(key)
    order = list(gone_after.get(0, []))
    for key in after:
        order += [key, *gone_after.get(key, [])]
    left_over = MOST_COMPARED_IN_ALL
    found = []
    for key in order:
        a, b = before.get(key), after.get(key)
        old_text, new_text = _source(a), _source(b)
        state = REMOVED if b is None else NEW if a is None else SAME if old_text == new_text else CHANGED
        length = len(old_text) + len(new_text)
        left, right = format_html("{}", old_text), format_html("{}", new_text)
        if state == CHANGED and length <= min(MOST_COMPARED, left_over):
            left_over -= length
            left, right = (_told(side) for side in compare(old_text, new_text))
        label = label_of(b or a or Paragraph())
        if b is None and a is not None and a.number:
            label = _("Paragraph %(number)s of version %(version)s") % {"number": a.number, "version": old.number}
        found.append(Change(label, state, key in elsewhere, a, b, left, right, because.get(key, ())))
    return found


def chapter(process: Process) -> dict[str, Any] | None:
    """For the final report: the texts, their versions, how many remarks were made and answered, and how they read now."""
    found = [item for item in documents_of(process) if item["newest"]]
    if not found:
        return None
    blocks: list[dict[str, Any]] = []
    for item in found:
        document: Document = item["document"]
        versions = published(document)
        rows = [[str(one.number), short_day(one.published_at), one.note or "–"] for one in versions if one.published_at]
        counted = ngettext("%(n)d remark was made", "%(n)d remarks were made", item["said"]) % {"n": item["said"]}
        blocks += [
            {"kind": "heading", "level": 3, "text": document.title},
            {
                "kind": "paragraph",
                "text": _("%(counted)s; %(answered)s of them have an answer.")
                % {"counted": counted, "answered": item["answered"]},
            },
            {
                "kind": "table",
                "caption": _("The versions"),
                "head": [_("Version"), _("Published on"), _("What changed")],
                "rows": rows,
            },
        ]
        for paragraph in versions[-1].paragraphs.filter(is_removed=False):
            mark = f"{paragraph.number}. " if paragraph.number else ""
            blocks.append({"kind": "paragraph", "text": mark + plain(paragraph.text, 4_000)})
    said = sum(item["said"] for item in found)
    editions = sum(item["newest"] for item in found)
    sentence = _("A text was written together, with %(remarks)s, in %(versions)s.") % {
        "remarks": ngettext("%(n)s remark", "%(n)s remarks", said) % {"n": in_words(said)},
        "versions": ngettext("%(n)s version", "%(n)s versions", editions) % {"n": in_words(editions)},
    }
    return {"title": _("Written together"), "blocks": blocks, "sentence": sentence, "part": "brought"}


def groups_to_write_for(user: Any, process: Process) -> tuple[list[Group], bool]:
    """The groups whose texts this person may begin, and whether those of the whole process too."""
    rows = Group.objects.filter(process=process)
    if not user.is_authenticated:
        return [], False
    if user.has_perm("participation.run", process.municipality) or user.has_perm("participation.take_notes", process):
        return list(rows), True
    writers = (SeatFunction.CHAIR, SeatFunction.NOTE_TAKER)
    own = rows.filter(seats__user=user, seats__state=SeatState.SEATED, seats__function__in=writers)
    return list(own.distinct()), False


def _told(marked: SafeString) -> SafeString:
    """The marks in words for who does not see them. The text between them is escaped, so only marks are found."""
    for tag, words in (("del", _("gone:")), ("ins", _("added:"))):
        told = format_html('<{}><span class="visually-hidden"> {} </span>', tag, words)
        marked = mark_safe(marked.replace(f"<{tag}>", told))
    return marked


def _source(paragraph: Paragraph | None) -> str:
    return joined([Piece(paragraph.text, paragraph.level)]) if paragraph is not None else ""


def _because(document: Document, old: DocumentVersion, new: DocumentVersion) -> dict[int, list[Remark]]:
    """Per key the remarks that led to a change after ``old`` up to ``new``."""
    rows = Paragraph.objects.filter(
        document_version__document=document,
        document_version__number__gt=old.number,
        document_version__number__lte=new.number,
        because_of__isnull=False,
    ).distinct()
    shown = Remark.objects.filter(hidden_at=None).select_related("author")
    found: dict[int, dict[int, Remark]] = {}
    for row in rows.prefetch_related(Prefetch("because_of", queryset=shown)):
        found.setdefault(row.key, {}).update({remark.pk: remark for remark in row.because_of.all()})
    return {key: list(remarks.values()) for key, remarks in found.items()}
