"""A page of a thread: what upper apps show under their own page, and the stand-alone page too."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from foundation.discussion.enums import CommentState, Reason, Side, Sort
from foundation.discussion.models import Comment, DiscussionSettings, Thread
from foundation.discussion.names import shown_name
from foundation.discussion.queries import access, participants, versions
from foundation.discussion.queries.texts import rendered
from foundation.discussion.words import words_of

if TYPE_CHECKING:
    from foundation.accounts.models import User

PER_PAGE = 20
REPLIES_SHOWN = 5
REPLIES_PER_PAGE = 50
COUNT_KEPT_SECONDS = 60
ORDER = {
    Sort.NEWEST: ("-created_at", "-pk"),
    Sort.OLDEST: ("created_at", "pk"),
    Sort.REPLIES: ("-reply_count", "-created_at", "-pk"),
}


@dataclass
class Item:
    """One comment as this reader may see it: either ``html``, or ``gone`` which says why there is no text.

    Templates read this and never the row, so a hidden text can't slip out of one.
    """

    id: int
    top: int  # the comment it stands under, or itself
    anchor: str
    created_at: datetime
    side: str = ""
    side_label: str = ""
    is_answer: bool = False
    is_reply: bool = False
    name: str = ""
    badges: list[str] = field(default_factory=list)
    html: SafeString = field(default_factory=SafeString)
    gone: str = ""
    edited: bool = False
    note: str = ""  # for the writer only: why others don't see it
    own: bool = False
    may_reply: bool = False
    may_edit: bool = False
    may_withdraw: bool = False
    may_report: bool = False
    may_moderate: bool = False
    may_appeal: bool = False
    reply_count: int = 0
    replies: list[Item] = field(default_factory=list)
    more: int = 0  # replies that are not shown here


@dataclass
class ThreadPage:
    """What ``discussion/thread.html`` needs, as ``talk``."""

    thread: Thread
    load: Callable[[], list[Item]]
    page: Page[Any]
    sort: str
    sorts: list[tuple[str, str]]
    side: str
    sides: list[dict[str, Any]]
    settings: DiscussionSettings
    why_not_write: str
    needs_home: bool
    logged_in: bool
    may_moderate: bool
    now: datetime
    words: dict[str, str]
    base: str
    cache_key: str  # of the list as everybody sees it; "" for who sees more or may do less

    @cached_property
    def items(self) -> list[Item]:
        """The comments of this page; fetched when somebody asks, for a kept list needs them not."""
        return self.load()

    @property
    def may_write(self) -> bool:
        return not self.why_not_write


class KeptCount(Paginator):  # type: ignore[type-arg]
    """Counts once per revision of the thread where ``key`` is given; a page out of reach is the last one all the same."""

    key = ""

    @cached_property
    def count(self) -> int:
        kept: int | None = cache.get(self.key) if self.key else None
        if kept is None:
            rows: Any = self.object_list
            kept = int(rows.count())
            if self.key:
                cache.set(self.key, kept, COUNT_KEPT_SECONDS)
        return kept


def thread_page(
    thread: Thread,
    user: User,
    *,
    page: int | str = 1,
    sort: str = Sort.NEWEST,
    side: str = "",
    now: datetime,
    extra_badges: Mapping[int, str] | None = None,
) -> ThreadPage:
    """One page of a thread for one reader. The number of queries does not depend on the number of comments.

    Args:
        thread: with its municipality fetched (``select_related``).
        user: who reads; anonymous is fine.
        page: number from the address; nonsense is read as the first or last page.
        sort, side: words from the address; unknown ones are read as newest first, both sides.
        extra_badges: per user id what the owner app calls this person, beside what ``set_hosts`` said.
    """
    sort = sort if sort in Sort.values else Sort.NEWEST
    side = side if thread.has_sides and side in Side.values else ""
    rows = Comment.objects.filter(access.listed(user), thread=thread, parent=None)
    if side:
        rows = rows.filter(side=side)
    pages = KeptCount(_whole(rows).order_by(*ORDER[Sort(sort)]), PER_PAGE)
    reader = Reader(thread, user, now)
    if reader.sees_what_everybody_sees:
        pages.key = f"discussion:count:{thread.pk}:{thread.revision}:{side}"
    shown = pages.get_page(page)
    badges = dict(extra_badges or {})

    def load() -> list[Item]:
        tops = list(shown.object_list)
        return reader.items(tops, _first_replies(tops, user), badges)

    why_not = reader.why_not_write
    return ThreadPage(
        thread=thread,
        load=load,
        page=shown,
        sort=sort,
        sorts=[(value, str(label)) for value, label in Sort.choices],
        side=side,
        sides=_sides(thread),
        settings=access.settings_of(thread.municipality),
        why_not_write=why_not,
        needs_home=bool(why_not) and thread.is_open and user.is_authenticated,
        logged_in=user.is_authenticated,
        may_moderate=reader.moderates,
        now=now,
        words=words_of(thread),
        base=base_of(thread),
        cache_key=_cache_key(thread, shown.number, sort, side, badges) if reader.sees_what_everybody_sees else "",
    )


def _cache_key(thread: Thread, page: int, sort: str, side: str, badges: Mapping[int, str]) -> str:
    """Whatever changes what readers see raises the revision, so a text that was hidden is gone at once; so are old names."""
    people = versions.of_people(thread)
    words = hashlib.sha256(repr((sorted(badges.items()), people)).encode()).hexdigest()[:16]
    return f"discussion:list:{thread.pk}:{thread.revision}:{page}:{sort}:{side}:{get_language()}:{words}"


def base_of(thread: Thread) -> str:
    """The path before the number of a comment: one look-up for all links of a page."""
    return reverse("discussion:comment", args=[thread.municipality.slug, 0]).removesuffix("0/")


def comment_page(comment: Comment, user: User, *, page: int | str = 1, now: datetime) -> tuple[Item, Page[Any]]:
    """One comment with a page of its replies (``item.replies``), the oldest first."""
    rows = _whole(Comment.objects.filter(access.listed(user), parent=comment)).order_by("created_at", "pk")
    shown = Paginator(rows, REPLIES_PER_PAGE).get_page(page)
    item = Reader(comment.thread, user, now).items([comment], list(shown.object_list), {})[0]
    item.more = 0
    return item, shown


def reply_page(reply: Comment, user: User) -> int:
    """On which page of the replies a reply stands."""
    older = Comment.objects.filter(access.listed(user), parent=reply.parent_id).filter(
        Q(created_at__lt=reply.created_at) | Q(created_at=reply.created_at, pk__lt=reply.pk)
    )
    return older.count() // REPLIES_PER_PAGE + 1


def one(comment: Comment, user: User, *, now: datetime) -> Item:
    """One comment without its replies."""
    return Reader(comment.thread, user, now).items([comment], [], {})[0]


def page_of(comment: Comment, user: User) -> int:
    """On which page (newest first) a top-level comment stands."""
    newer = Comment.objects.filter(access.listed(user), thread=comment.thread_id, parent=None).filter(
        Q(created_at__gt=comment.created_at) | Q(created_at=comment.created_at, pk__gt=comment.pk)
    )
    return newer.count() // PER_PAGE + 1


def is_listed(comment: Comment, user: User) -> bool:
    """Whether this reader may know of the comment."""
    return Comment.objects.filter(access.listed(user), pk=comment.pk).exists()


class Reader:
    """Who reads a thread, and what that person may see and do in it."""

    def __init__(self, thread: Thread, user: User, now: datetime) -> None:
        self.thread, self.user, self.now = thread, user, now
        self.moderates = user.is_authenticated and user.has_perm("discussion.moderate", thread.municipality)
        self.why_not_write = access.why_not_write(thread, user)

    @cached_property
    def sees_what_everybody_sees(self) -> bool:
        """Whether the list is drawn for this reader as for somebody without an account: nothing of their own, the same links."""
        if not self.user.is_authenticated:
            return True
        if self.moderates or (self.why_not_write and self.thread.is_open):
            return False
        return not Comment.objects.filter(thread=self.thread, author=self.user).exists()

    def items(self, tops: list[Comment], replies: list[Comment], extra_badges: Mapping[int, str]) -> list[Item]:
        """The comments with their replies, as this reader may see them."""
        rows = [*tops, *replies]
        authors = {row.author_id for row in rows if row.author_id is not None}
        badges = participants.badges(self.thread, authors)
        for user_id, words in extra_badges.items():
            if user_id in authors and words not in badges.get(user_id, []):
                badges.setdefault(user_id, []).insert(0, words)
        html = rendered(row.text for row in rows if self._sees(row))
        made = {row.pk: self._item(row, html, badges) for row in rows}
        for row in replies:
            if row.parent_id in made:
                made[row.parent_id].replies.append(made[row.pk])
        for row in tops:
            shown = sum(1 for reply in made[row.pk].replies if reply.html and not reply.note)
            made[row.pk].more = max(0, row.reply_count - shown)
        return [made[row.pk] for row in tops]

    def _sees(self, row: Comment) -> bool:
        if row.state == CommentState.VISIBLE:
            return True
        return row.state != CommentState.WITHDRAWN and self.user.is_authenticated and row.author_id == self.user.pk

    def _item(self, row: Comment, html: Mapping[str, SafeString], badges: Mapping[int, list[str]]) -> Item:
        item = Item(
            id=row.pk,
            top=row.parent_id or row.pk,
            anchor=row.anchor,
            created_at=row.created_at,
            is_reply=row.parent_id is not None,
            reply_count=row.reply_count,
        )
        if not self._sees(row):
            item.gone = why_gone(row)
            return item
        visible = row.state == CommentState.VISIBLE
        item.html = html[row.text]
        item.name = shown_name(row.author)
        item.badges = badges.get(row.author_id or 0, [])
        item.edited = row.version > row.public_from if visible else row.version > 1
        item.side = row.side
        item.side_label = str(Side(row.side).label) if row.side else ""
        item.is_answer = row.is_answer
        item.own = self.user.is_authenticated and row.author_id == self.user.pk
        item.may_reply = visible and not self.why_not_write
        if item.own:
            item.note = "" if visible else note_for_writer(row)
            item.may_withdraw = True
            item.may_edit = row.state == CommentState.RETURNED or (
                self.thread.is_open and row.state in (CommentState.VISIBLE, CommentState.HELD)
            )
            item.may_appeal = row.state in (CommentState.HIDDEN, CommentState.RETURNED)
        else:
            item.may_report = visible
        item.may_moderate = self.moderates
        return item


def why_gone(row: Comment) -> str:
    """What readers see instead of a text that they may not read."""
    if row.state == CommentState.WITHDRAWN:
        return _("This text was withdrawn by its writer.")
    if row.state == CommentState.HIDDEN:
        reason = row.last_decision.reason if row.last_decision else ""
        if reason in Reason.values:
            return _("This text was hidden by the municipality: %(reason)s.") % {"reason": Reason(reason).label}
        return _("This text was hidden by the municipality.")
    if row.state == CommentState.RETURNED:
        return _("The municipality asked the writer to change this text.")
    return _("This text was changed and waits for a check.")


def note_for_writer(row: Comment) -> str:
    """What the writer of a text reads above it when others do not see it."""
    return {
        CommentState.HELD: _("Only you see this. The municipality looks at it first; then everybody can read it."),
        CommentState.HIDDEN: _("Only you see this. The municipality has hidden your text."),
        CommentState.RETURNED: _("Only you see this. The municipality asks you to change your text."),
    }.get(CommentState(row.state), "")


def _whole(rows: QuerySet[Comment]) -> QuerySet[Comment]:
    return rows.select_related("author", "last_decision").only(
        *("thread_id", "parent_id", "side", "is_answer", "text", "version", "public_from", "state", "created_at"),
        *("published_at", "reply_count", "last_decision__reason"),
        *("author__name", "author__erased_at", "author__is_active"),
    )


def _first_replies(tops: Iterable[Comment], user: User) -> list[Comment]:
    """Answers first, then the oldest: at most ``REPLIES_SHOWN`` under each comment, in one query."""
    numbered: Any = Comment.objects.filter(access.listed(user), parent__in=[top.pk for top in tops]).annotate(
        place=Window(
            RowNumber(),
            partition_by=F("parent"),
            order_by=[F("is_answer").desc(), F("created_at").asc(), F("pk").asc()],
        )
    )
    few: Any = _whole(numbered.filter(place__lte=REPLIES_SHOWN))
    return list(few.order_by("parent_id", "place"))


def _sides(thread: Thread) -> list[dict[str, Any]]:
    if not thread.has_sides:
        return []
    total = thread.for_count + thread.against_count
    numbers = {Side.FOR: thread.for_count, Side.AGAINST: thread.against_count}
    return [
        {
            "value": side.value,
            "label": str(side.label),
            "count": numbers[side],
            "percent": round(100 * numbers[side] / total) if total else 0,
        }
        for side in Side
    ]
