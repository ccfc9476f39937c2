"""What a team puts on its page beside the plan: budget, planning, news, pictures and documents.

Each row has a version: whoever changes a row that somebody else changed in between is told, and nothing is overwritten.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.files.base import File
from django.db import models, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.core.uploads import check_document, check_image
from initiatives import notifications
from initiatives.enums import InitiativeState
from initiatives.errors import InitiativeError, WrongMoment
from initiatives.models import BudgetLine, Document, Initiative, Milestone, News, Picture
from initiatives.services import _moves

if TYPE_CHECKING:
    from foundation.accounts.models import User

MOST_ROWS = 100  # of each sort on one page
MOST_PICTURES = 20
# What the budget and the planning say is part of what the municipality decides about.
_FIXED_IN = (InitiativeState.IN_ASSESSMENT,)
Row = TypeVar("Row", BudgetLine, Document, Milestone, News, Picture)


@transaction.atomic
def add_budget_line(*, initiative: Initiative, by: User, kind: str, label: str, amount_cents: int) -> BudgetLine:
    """A line of the budget.

    Args:
        amount_cents: above nothing.
    """
    row = _opened(initiative, by, BudgetLine, fixed=True)
    return _added(BudgetLine(initiative=row, kind=kind, label=label, amount_cents=amount_cents), row, by)


@transaction.atomic
def add_milestone(*, initiative: Initiative, by: User, title: str, day: date, done_on: date | None = None) -> Milestone:
    """A step of the planning."""
    row = _opened(initiative, by, Milestone)
    return _added(Milestone(initiative=row, title=title, day=day, done_on=done_on), row, by)


@transaction.atomic
def set_done(*, milestone: Milestone, by: User, done: bool) -> Milestone:
    """A step of the planning is done today, or not yet after all."""
    row = _opened(milestone.initiative, by, None)
    Milestone.objects.filter(pk=milestone.pk).update(done_on=clock.today() if done else None, version=F("version") + 1)
    _record(row, by)
    milestone.refresh_from_db()
    return milestone


@transaction.atomic
def add_news(
    *, initiative: Initiative, by: User, title: str, text: str, picture: File[Any] | None = None, picture_alt: str = ""
) -> News:
    """A news item; followers are told with their daily overview.

    Args:
        text: Markdown.
        picture: an upload; drawn anew, so that it does not tell where it was taken.

    Raises:
        ValidationError: the picture is none, or not described.
    """
    row = _opened(initiative, by, News)
    if not row.is_public:
        raise WrongMoment(_("There is no news before the plan is handed in."))
    news = News(initiative=row, title=title, text=text, by=by)
    if picture:
        news.picture, news.picture_alt = check_image(picture), picture_alt
    news = _added(news, row, by)
    _moves.note(row, "news", by_municipality=False, facts={"title": news.title})
    notifications.tell_news(row, news)
    return news


@transaction.atomic
def add_picture(*, initiative: Initiative, by: User, image: File[Any], alt: str) -> Picture:
    """A picture, drawn anew without where and when it was taken.

    Raises:
        ValidationError: it is none, too large, or not described.
    """
    row = _opened(initiative, by, Picture, most=MOST_PICTURES)
    last = row.pictures.aggregate(last=Max("position"))["last"]
    picture = Picture(
        initiative=row, image=check_image(image), alt=alt, position=0 if last is None else last + 1, by=by
    )
    picture = _added(picture, row, by)
    _refresh_cover(row)
    return picture


@transaction.atomic
def take_over_picture(*, initiative: Initiative, by: User, name: str, alt: str) -> Picture:
    """Put a picture on the page whose file is there already, checked and drawn anew: that of a plan before it was sent.

    Args:
        name: of the file in the storage of pictures.
    """
    row = _opened(initiative, by, Picture, most=MOST_PICTURES)
    picture = _added(Picture(initiative=row, image=name, alt=alt, position=row.pictures.count(), by=by), row, by)
    _refresh_cover(row)
    return picture


@transaction.atomic
def move_picture(*, picture: Picture, by: User, up: bool) -> None:
    """One place further to the front or the back; the first one stands on the card."""
    row = _opened(picture.initiative, by, None)
    pictures = list(row.pictures.all())
    here = next((place for place, item in enumerate(pictures) if item.pk == picture.pk), None)
    there = None if here is None else here - 1 if up else here + 1
    if here is not None and there is not None and 0 <= there < len(pictures):
        pictures[here], pictures[there] = pictures[there], pictures[here]
    for position, item in enumerate(pictures):
        item.position = position
    Picture.objects.bulk_update(pictures, ["position"])
    _refresh_cover(row)
    _record(row, by)


@transaction.atomic
def add_document(*, initiative: Initiative, by: User, title: str, file: File[Any], is_public: bool) -> Document:
    """A file for downloading.

    Args:
        is_public: else only the team and the municipality read it.

    Raises:
        ValidationError: of a kind or size that is not possible, or with macros.
    """
    row = _opened(initiative, by, Document)
    checked = check_document(file)
    document = Document(
        initiative=row,
        title=title,
        file=File(checked.file, name=checked.name),
        name=checked.name,
        mime_type=checked.mime_type,
        size=checked.size,
        is_public=is_public,
        by=by,
    )
    return _added(document, row, by)


@transaction.atomic
def change(*, line: Row, by: User, version: int, **fields: Any) -> Row:
    """Change a row.

    Args:
        version: of the row when its form was opened.

    Raises:
        Stale: somebody else changed or removed it in between.
        ValidationError, PermissionDenied, WrongMoment
    """
    row = _opened(line.initiative, by, None, fixed=isinstance(line, BudgetLine))
    model: type[Any] = type(line)
    now: Any = model.objects.filter(pk=line.pk).first()
    _moves.same_version(now, version, strict=True)
    picture = fields.pop("picture", None)
    if picture:
        fields["picture"] = check_image(picture)
    for name, value in fields.items():
        setattr(now, name, value)
    now.version += 1
    now.full_clean()
    now.save()
    if model is Picture:
        _refresh_cover(row)
    _record(row, by)
    found: Row = now
    return found


@transaction.atomic
def remove(*, line: Row, by: User) -> None:
    """Take a row off the page; its file is deleted after commit."""
    row = _opened(line.initiative, by, None, fixed=isinstance(line, BudgetLine))
    if not type(line).objects.filter(pk=line.pk).delete()[0]:
        return
    if isinstance(line, Picture):
        _refresh_cover(row)
    _record(row, by)
    for field in line._meta.get_fields():
        if isinstance(field, models.FileField) and (file := getattr(line, field.name)):
            transaction.on_commit(partial(file.storage.delete, file.name), robust=True)


def _opened(
    initiative: Initiative,
    by: User,
    model: type[models.Model] | None,
    *,
    most: int = MOST_ROWS,
    fixed: bool = False,
) -> Initiative:
    """The initiative with its row locked, for who may edit it and while this may change.

    Args:
        model: what is added; None where nothing is.
        fixed: whether the municipality decides about it, so that it stays as it is during the assessment.
    """
    row = _moves.locked(initiative.pk)
    _moves.need("initiatives.edit", by, row)
    if fixed and row.state in _FIXED_IN:
        raise WrongMoment(_("The municipality works with the plan as it is now. Tell what changed in a news item."))
    if model is not None and model._default_manager.filter(initiative=row).count() >= most:
        raise InitiativeError(_("There are at most %(limit)d of these on a page.") % {"limit": most})
    return row


def _added(line: Row, initiative: Initiative, by: User) -> Row:
    line.full_clean()
    line.save(force_insert=True)
    _record(initiative, by)
    return line


def _record(initiative: Initiative, by: User) -> None:
    audit.record("initiatives.page_changed", initiative, by=by)


def _refresh_cover(initiative: Initiative) -> None:
    """The first picture stands on the card and on top of the page."""
    first = initiative.pictures.first()
    initiative.picture = first.image.name if first else ""
    initiative.picture_alt = first.alt if first else ""
    initiative.save(update_fields=["picture", "picture_alt"])
