"""In which version a public page of a process is (``foundation.core.versions``): one question for each, however much it shows.

``WHOLE`` is everything that the pages of the process and of its phases can show, whatever kinds of phases it has. A new table
whose words stand there belongs in it, and with ``slots`` its place; ``LEFT_OUT`` says which tables of this app do not, and why.
"""

from __future__ import annotations

from typing import Any

from foundation.core.versions import ask, number, row, rows, told
from foundation.discussion.queries import versions as discussion

_NAME = ("t.name", "t.email", "t.erased_at", "t.is_active")  # what a page makes a name of
_AREAS = rows("municipalities_area t WHERE t.municipality_id = m.id")
_OF_PROCESS = "FROM participation_process p JOIN municipalities_municipality m ON m.id = p.municipality_id"
_HERE = "WHERE m.slug = %(municipality)s AND p.slug = %(process)s"


def _of(table: str, *moments: str) -> str:
    """Rows of a table of this app that hang on the process."""
    return rows(f"participation_{table} t WHERE t.process_id = p.id", *moments)


def _below(table: str, upper: str, *moments: str) -> str:
    """Rows of a table of this app that hang on a row that hangs on the process."""
    joined = f"participation_{table} t JOIN participation_{upper} u ON u.id = t.{upper}_id"
    return rows(f"{joined} WHERE u.process_id = p.id", *moments)


def _people(table: str, column: str = "author_id") -> str:
    """The names that stand at rows of this app."""
    joined = f"accounts_user t JOIN participation_{table} u ON u.{column} = t.id"
    return told(f"{joined} WHERE u.process_id = p.id", *_NAME)


FRAME = (row("m"), row("p"), _of("phase", "t.opens_at", "t.closes_at"), _of("process_areas"), _AREAS)
PROPOSALS = (
    _of("proposal"),
    told(
        "discussion_thread t JOIN participation_proposal u ON u.thread_id = t.id WHERE u.process_id = p.id",
        "t.visible_count",
    ),
)
_STATEMENTS = "participation_problemstatement_sources t JOIN participation_problemstatement u"
PROBLEMS = (
    _of("problem"),
    _people("problem"),
    _of("problemstatement"),
    rows(f"{_STATEMENTS} ON u.id = t.problemstatement_id WHERE u.process_id = p.id"),
)
_BALLOT = "JOIN participation_processvote u ON u.ballot_id"
_SERIES = "JOIN participation_processseries u ON u.series_id"
_STORY, _PEOPLE = (_of("processevent"),), (_of("role"), _people("role", "user_id"))
WHOLE = (
    *PROPOSALS,
    *PROBLEMS,
    *_STORY,
    *_PEOPLE,
    _of("group", "t.sign_up_until"),
    _below("target", "group"),
    _below("seat", "group"),
    _of("document"),
    _below("documentversion", "document"),
    _of("remark"),
    _of("publicview"),
    _people("publicview"),
    _of("processvote"),
    rows(
        f"voting_ballot t {_BALLOT} = t.id WHERE u.process_id = p.id",
        *("t.opens_at", "t.closes_at", "(t.closes_at + interval '5 seconds')"),
    ),
    rows(f"voting_option t {_BALLOT} = t.ballot_id WHERE u.process_id = p.id"),
    rows(f"voting_result t JOIN voting_count c ON c.id = t.count_id {_BALLOT} = c.ballot_id WHERE u.process_id = p.id"),
    _of("decision"),
    _of("report"),
    _of("milestone"),
    _of("handover"),
    rows("initiatives_initiative t JOIN participation_handover u ON u.initiative_id = t.id WHERE u.process_id = p.id"),
    _of("reach"),
    _of("processsurvey"),
    rows(
        "surveys_survey t JOIN participation_processsurvey u ON u.survey_id = t.id WHERE u.process_id = p.id",
        *("t.opens_at", "t.closes_at"),
    ),
    rows("surveys_tally t JOIN participation_processsurvey u ON u.survey_id = t.survey_id WHERE u.process_id = p.id"),
    _of("processseries"),
    rows(f"meetings_series t {_SERIES} = t.id WHERE u.process_id = p.id"),
    rows(f"meetings_meeting t {_SERIES} = t.series_id WHERE u.process_id = p.id", "t.starts_at", "t.ends_at"),
    rows(
        f"meetings_part t JOIN meetings_meeting n ON n.id = t.meeting_id {_SERIES} = n.series_id "
        "WHERE u.process_id = p.id"
    ),
    _of("processchoice"),
    rows("participation_choice t JOIN participation_processchoice u ON u.choice_id = t.id WHERE u.process_id = p.id"),
)
LEFT_OUT = {
    "CheckPoints": "stands on staff pages only",
    "ChoiceAid": "a version of the aid that was used never changes",
    "Draw": "stands on the page of its group",
    "Endorsement": "counted on its problem",
    "Follow": "nobody sees who follows",
    "Maker": "stands on the page of its proposal",
    "MakerInvitation": "is for who was invited",
    "Merger": "is for who is asked",
    "MergerConsent": "is for who is asked",
    "Paragraph": "stands on the page of its text",
    "ProposalSupport": "counted on its proposal",
    "ProposalVersion": "stands on the page of its proposal",
    "Verdict": "stands on the page of its proposal",
    "VotedProposal": "an option of the ballot paper",
}

_THREAD = "(SELECT thread_id FROM participation_proposal WHERE id = %(proposal)s AND process_id = p.id)"
_MINE = "t.proposal_id = %(proposal)s"
_INTO = "(SELECT merged_into_id FROM participation_proposal WHERE id = %(proposal)s)"
PROPOSAL = (
    rows(
        "participation_proposal t WHERE t.process_id = p.id AND (t.id = %(proposal)s "
        f"OR t.merged_into_id = %(proposal)s OR t.id = {_INTO})"
    ),
    rows(f"participation_maker t WHERE {_MINE}"),
    told(
        "accounts_user t JOIN participation_maker u ON u.user_id = t.id WHERE u.proposal_id = %(proposal)s",
        *_NAME,
    ),
    rows(f"participation_verdict t WHERE {_MINE}"),
    rows(f"participation_proposalversion t WHERE {_MINE}"),
    discussion.whole(_THREAD, "m.id"),
)


COUNTED = {
    "proposal": PROPOSAL[0],
    "verdict": PROPOSAL[3],
    "proposalversion": PROPOSAL[4],
    "event": _STORY[0],
    "role": _PEOPLE[0],
    "series": _of("processseries"),
    "choice": _of("processchoice"),
}


def _question(*parts: str) -> str:
    return f"SELECT {', '.join((*FRAME, *parts))} {_OF_PROCESS} {_HERE}"


_PROCESS, _PROPOSALS, _PROBLEMS = _question(*WHOLE), _question(*PROPOSALS), _question(*PROBLEMS)
_PROPOSAL = _question(*PROPOSAL)
_IN = "FROM municipalities_municipality m WHERE m.slug = %(municipality)s"
_RUNNING = "participation_process p ON p.id = t.process_id WHERE p.municipality_id = m.id"
_INDEX = f"""
    SELECT {row("m")}, {_AREAS},
    {rows("participation_process t WHERE t.municipality_id = m.id")},
    {rows(f"participation_phase t JOIN {_RUNNING}", "t.opens_at", "t.closes_at")},
    {rows(f"participation_process_areas t JOIN {_RUNNING}")} {_IN}
"""


_PARTS = {"proposals": PROPOSALS, "problems": PROBLEMS, "story": _STORY, "people": _PEOPLE}


def only(version: tuple[Any, ...] | None, part: str) -> tuple[Any, ...] | None:
    """Of the version of a process what tells of one part of its page, which then outlives changes of the others.

    The municipality and its neighbourhoods are in it. What else a part shows of the process or its phases must be in its key.

    Args:
        version: as ``of_process`` gives it.
        part: "proposals", "problems", "story" (its timeline) or "people".
    """
    if version is None:
        return None
    begin = (*FRAME, *WHOLE).index(_PARTS[part][0])
    return version[0], version[4], *version[begin : begin + len(_PARTS[part])]


def number_of(version: tuple[Any, ...] | None, question: tuple[str, ...], table: str) -> int | None:
    """How many rows of a table the page shows, by its version; None where that is not known.

    Args:
        question: ``WHOLE`` or ``PROPOSAL``, what the version was asked with.
        table: one of ``COUNTED``.
    """
    if version is None:
        return None
    return number(version[len(FRAME) + question.index(COUNTED[table])])


def of_index(municipality: str) -> tuple[Any, ...] | None:
    """Of the list of processes of the municipality with this slug; None where there is none."""
    return ask(_INDEX, municipality=municipality)


def of_process(municipality: str, process: str) -> tuple[Any, ...] | None:
    """Of the page of a process and those of its phases; the words are slugs. None where there is none."""
    return ask(_PROCESS, municipality=municipality, process=process)


def of_proposals(municipality: str, process: str) -> tuple[Any, ...] | None:
    """Of the list of its proposals."""
    return ask(_PROPOSALS, municipality=municipality, process=process)


def of_proposal(municipality: str, process: str, pk: str) -> tuple[Any, ...] | None:
    """Of the page of one proposal with its discussion. ``pk``: digits from an address."""
    return ask(_PROPOSAL, municipality=municipality, process=process, proposal=int(pk))


def of_problems(municipality: str, process: str) -> tuple[Any, ...] | None:
    """Of the list of problems, the page of one, and the shared statement."""
    return ask(_PROBLEMS, municipality=municipality, process=process)
