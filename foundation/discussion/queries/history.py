"""Versions of a comment side by side."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from foundation.discussion.enums import CommentState
from foundation.discussion.models import Comment, CommentVersion

if TYPE_CHECKING:
    from foundation.accounts.models import User

_PIECES = re.compile(r"\s*\S+|\s+$")
_DIFF_LIMIT = 20_000  # characters of both texts; above it only whole texts are shown


# Comparing costs at most the pairs of equal words times the length of the shorter text: two texts of one word over and over
# would keep a server busy for minutes. Ordinary texts of full length stay far below this (about 5 million).
_MOST_WORK = 15_000_000


@dataclass(frozen=True)
class Step:
    """From one version to the next: the two texts with what went (``<del>``) and what came (``<ins>``)."""

    number: int
    written_at: datetime
    old_number: int
    old_written_at: datetime
    old: SafeString
    new: SafeString


def versions_for(comment: Comment, user: User) -> list[CommentVersion]:
    """The versions that this person may read, oldest first.

    Everybody: of a text that can be read, those since it was last approved after a return. The writer and moderators: all.
    """
    everything = user.is_authenticated and (
        comment.author_id == user.pk or user.has_perm("discussion.moderate", comment.thread.municipality)
    )
    if comment.state == CommentState.WITHDRAWN:
        return []
    if everything:
        return list(comment.versions.all())
    if comment.state != CommentState.VISIBLE:
        return []
    return list(comment.versions.filter(number__gte=comment.public_from))


def step(versions: list[CommentVersion], number: int) -> Step | None:
    """The change that made version ``number``; the newest where no such version (after another) is among them."""
    pairs = {after.number: (before, after) for before, after in pairwise(versions)}
    if not pairs:
        return None
    before, after = pairs.get(number) or pairs[max(pairs)]
    old, new = compare(before.text, after.text)
    return Step(after.number, after.written_at, before.number, before.written_at, old, new)


def compare(old: str, new: str) -> tuple[SafeString, SafeString]:
    """Two texts, escaped, with the words that differ marked: ``<del>`` in the old, ``<ins>`` in the new."""
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    if len(old) + len(new) > _DIFF_LIMIT or _work(before, after) > _MOST_WORK:
        return format_html("{}", old), format_html("{}", new)
    left: list[SafeString] = []
    right: list[SafeString] = []
    for verb, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = "".join(before[a:b]), "".join(after[c:d])
        if verb == "equal":
            left.append(format_html("{}", gone))
            right.append(format_html("{}", come))
        else:
            left += [format_html("<del>{}</del>", gone)] if gone else []
            right += [format_html("<ins>{}</ins>", come)] if come else []
    return format_html_join("", "{}", ((part,) for part in left)), format_html_join("", "{}", ((p,) for p in right))


def _work(before: list[str], after: list[str]) -> int:
    """How much comparing these can cost at most."""
    there = Counter(after)
    return sum(there[word] for word in before) * min(len(before), len(after))
