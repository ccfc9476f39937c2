"""In which version a page of initiatives is (``foundation.core.versions``): one question, however many there are.

Initiatives themselves are too many to look at: their changes are counted per municipality (``models.changes``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foundation.core.versions import ask, number, row, rows, told
from foundation.discussion.queries import versions as discussion
from initiatives.queries.elsewhere import beside

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.municipalities.models import Municipality

_CHANGES = "(SELECT COALESCE(SUM(number), 0) FROM initiatives_change WHERE municipality_id = m.id)"
_AREAS = rows("municipalities_area t WHERE t.municipality_id = m.id")
# Put together of constants: nothing of a reader is in it.
_LIST = f"""
    SELECT m.id, {row("m")}, {_CHANGES}, {_AREAS} FROM municipalities_municipality m WHERE m.slug = %(slug)s
"""  # noqa: S608
_WORK = f"""
    SELECT {row("m")}, {_AREAS},
    {rows("municipalities_sector t WHERE t.municipality_id = m.id")},
    {rows("municipalities_role t WHERE t.municipality_id = m.id")},
    {rows("accounts_user t JOIN municipalities_role r ON r.user_id = t.id WHERE r.municipality_id = m.id")},
    {_CHANGES},
    {rows("initiatives_savedview t WHERE t.municipality_id = m.id AND t.user_id = %(user)s")}
    FROM municipalities_municipality m WHERE m.id = %(municipality)s
"""  # noqa: S608
_THREAD = "(SELECT thread_id FROM initiatives_conversation WHERE initiative_id = i.id)"


def _of(table: str) -> str:
    return rows(f"initiatives_{table} t WHERE t.initiative_id = i.id")


def _below(table: str, upper: str) -> str:
    joined = f"initiatives_{table} t JOIN initiatives_{upper} u ON u.id = t.{upper}_id"
    return rows(f"{joined} WHERE u.initiative_id = i.id")


def _settings(table: str) -> str:
    return rows(f"{table} t WHERE t.municipality_id = m.id")


def _people(where: str) -> str:
    return told(f"accounts_user t {where}", "t.name", "t.email", "t.erased_at", "t.is_active")


# What the page of one plan can show, in the order of ``models``. What only the town hall sees is left out.
PLAN = (
    *(row("m"), row("i"), _AREAS, _settings("municipalities_bylaw"), _settings("initiatives_challengesettings")),
    *(_of("timelineentry"), _of("decision"), _of("challenge"), _below("requirementcheck", "challenge")),
    *(_of("agreement"), _below("instalment", "agreement"), _below("contactmoment", "agreement")),
    *(_of("progress"), _of("evaluation"), _of("cooperative"), _of("growthpoint"), _of("handsrequest")),
    rows(
        "initiatives_handsoffer t JOIN initiatives_handsrequest u ON u.id = t.request_id WHERE u.initiative_id = i.id"
    ),
    *(_of("news"), _of("picture"), _of("document"), _of("budgetline"), _of("milestone"), _of("sectorview")),
    *(_of("teammember"), _people("JOIN initiatives_teammember u ON u.user_id = t.id WHERE u.initiative_id = i.id")),
    _people("JOIN initiatives_support u ON u.user_id = t.id WHERE u.initiative_id = i.id AND u.is_public"),
    _people("WHERE t.id = i.handler_id"),
    *(_of("conversation"), discussion.whole(_THREAD, "m.id")),
    # Beside it stand plans of other municipalities.
    rows("initiatives_initiative t WHERE t.id = ANY(%(beside)s)"),
    rows("initiatives_evaluation t WHERE t.initiative_id = ANY(%(beside)s)"),
    rows(
        "municipalities_municipality t "
        "WHERE t.id IN (SELECT municipality_id FROM initiatives_initiative WHERE id = ANY(%(beside)s))"
    ),
)
_ASKED_FOR = (
    *("timelineentry", "decision", "evaluation", "handsrequest", "news", "picture", "document", "budgetline"),
    *("milestone", "sectorview"),
)
_PLACES = {table: PLAN.index(_of(table)) for table in _ASKED_FOR}
_PLAN = f"""
    SELECT {", ".join(PLAN)} FROM initiatives_initiative i JOIN municipalities_municipality m ON m.id = i.municipality_id
    WHERE m.slug = %(municipality)s AND i.slug = %(plan)s
"""  # noqa: S608


def of_plan(municipality: str, plan: str) -> tuple[Any, ...] | None:
    """Of the page of one plan as readers without a session see it; the words are slugs.

    None where there is no such plan, or where it is not known which plans stand beside it: then the page is drawn, which
    finds out.
    """
    others = beside(municipality, plan)
    return None if others is None else ask(_PLAN, municipality=municipality, plan=plan, beside=others)


def empty(version: tuple[Any, ...] | None) -> frozenset[str]:
    """Of which tables there is nothing on the page of a plan, so that nobody has to ask.

    Args:
        version: as ``of_plan`` gives it; None where it was not asked.
    """
    if version is None:
        return frozenset()
    return frozenset(table for table, place in _PLACES.items() if not number(version[place]))


def of_list(slug: str) -> tuple[Any, ...] | None:
    """Of the public list of the municipality with this slug; None where there is none."""
    return ask(_LIST, slug=slug)


def of_work(municipality: Municipality, user: User) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Of the worklist and the board as this person sees them: what the filter offers, and what goes on."""
    found = ask(_WORK, user=user.pk, municipality=municipality.pk) or ()
    return found[:5], found[5:]
