"""Who may do what. Permissions of the network take (user), those of a programme (user, programme), the others as said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules

from foundation.core import clock
from foundation.municipalities.rules import manages_installation
from learning_network import visibility
from learning_network.enums import ProgrammeRoleKind, SharedState
from learning_network.models.tool import FRESH

if TYPE_CHECKING:
    from learning_network.models import Advice, AdviceRequest, Agreement, Enrolment, Programme, Session, Tool


@rules.predicate
def keeps_network(user: Any) -> bool:
    return visibility.keeps_network(user)


@rules.predicate
def runs_anything(user: Any) -> bool:
    """Leads or facilitates a programme, whichever."""
    return bool(visibility.run_by(user))


@rules.predicate
def is_in_network(user: Any) -> bool:
    return visibility.in_network(user)


@rules.predicate
def leads(user: Any, programme: Programme) -> bool:
    return ProgrammeRoleKind.LEAD in visibility.run_by(user).get(programme.pk, frozenset())


@rules.predicate
def runs(user: Any, programme: Programme) -> bool:
    """Leads or facilitates it."""
    return programme.pk in visibility.run_by(user)


@rules.predicate
def takes_part(user: Any, programme: Programme) -> bool:
    return programme.pk in visibility.labs_of(user)


@rules.predicate
def is_public(user: Any, programme: Programme) -> bool:
    return programme.is_public


@rules.predicate
def is_of(user: Any, enrolment: Enrolment) -> bool:
    """Takes part for this municipality."""
    return (enrolment.programme_id, enrolment.municipality_id) in visibility.circle(user)


@rules.predicate
def runs_its_programme(user: Any, enrolment: Enrolment) -> bool:
    return enrolment.programme_id in visibility.run_by(user)


@rules.predicate
def may_edit(user: Any, item: Any) -> bool:
    return visibility.may_edit(user, item)


@rules.predicate
def leads_where_it_stands(user: Any, item: Any) -> bool:
    """Leads the programme of a text; what belongs to no programme is kept by every programme lead of the network."""
    if item.programme_id is None:
        return visibility.keeps_network(user)
    return ProgrammeRoleKind.LEAD in visibility.run_by(user).get(item.programme_id, frozenset())


@rules.predicate
def can_read(user: Any, item: Any) -> bool:
    return visibility.may_read(user, item)


@rules.predicate
def can_read_its_question(user: Any, advice: Advice) -> bool:
    return visibility.may_read(user, advice.request)


@rules.predicate
def takes_questions(user: Any, request: AdviceRequest) -> bool:
    return request.is_open


@rules.predicate
def wrote(user: Any, row: Any) -> bool:
    return bool(user.is_authenticated and row.author_id == user.pk)


@rules.predicate
def runs_session(user: Any, session: Session) -> bool:
    """Runs its programme, or chairs or minutes this session."""
    if not user.is_authenticated:
        return False
    return (
        session.programme_id in visibility.run_by(user)
        or session.meeting.is_chaired_by(user)
        or session.meeting.is_minuted_by(user)
    )


@rules.predicate
def keeps_agreement(user: Any, agreement: Agreement) -> bool:
    """Is of one of its municipalities, or runs its programme."""
    if agreement.programme_id in visibility.run_by(user):
        return True
    codes = {code for programme, code in visibility.circle(user) if programme == agreement.programme_id}
    return bool(codes) and agreement.parties.filter(municipality__in=codes).exists()


@rules.predicate
def keeps_tool(user: Any, tool: Tool) -> bool:
    """Its author and colleagues; where the author is gone, who leads where it stands."""
    return visibility.may_edit(user, tool) or bool(leads_where_it_stands(user, tool))


@rules.predicate
def used_tool_lately(user: Any, tool: Tool) -> bool:
    """Told an experience in the past year."""
    if not user.is_authenticated:
        return False
    return tool.experiences.filter(author=user, changed_at__gte=clock.now() - FRESH, hidden_at__isnull=True).exists()


@rules.predicate
def is_in_use(user: Any, tool: Tool) -> bool:
    return tool.state == SharedState.SHARED and tool.hidden_at is None


# Of the network: (user).
rules.add_perm("learning_network.appoint_leads", manages_installation)
rules.add_perm("learning_network.start_programme", keeps_network)
rules.add_perm("learning_network.see_work", keeps_network | runs_anything)
rules.add_perm("learning_network.keep_network", keeps_network)  # members, mailings, toolbox
rules.add_perm("learning_network.read_network", is_in_network)
# Of a programme: (user, programme).
rules.add_perm("learning_network.see_programme", is_public | takes_part)
rules.add_perm("learning_network.lead", leads)  # plan, recruitment, money, ground rules, roles
rules.add_perm("learning_network.facilitate", runs)  # sessions, questions, red threads
rules.add_perm("learning_network.take_part", takes_part)
# Of a municipality in a programme: (user, enrolment).
rules.add_perm("learning_network.speak_for", is_of)
rules.add_perm("learning_network.arrange_people", is_of | runs_its_programme)
# Of a continuation agreement: (user, agreement).
rules.add_perm("learning_network.keep_agreement", keeps_agreement)
# Of a session: (user, session).
rules.add_perm("learning_network.run_session", runs_session)
# Of something shared: (user, item).
rules.add_perm("learning_network.edit", may_edit)
rules.add_perm("learning_network.take_away", leads_where_it_stands)
rules.add_perm("learning_network.read", can_read)
# Of a question for advice, or of an advice.
rules.add_perm("learning_network.advise", is_in_network & can_read & takes_questions & ~may_edit)
rules.add_perm("learning_network.write_advice", wrote)
rules.add_perm("learning_network.thank", is_in_network & can_read_its_question & ~wrote)
# Of a tool: (user, tool).
rules.add_perm("learning_network.use_tool", is_in_network & can_read & is_in_use)
rules.add_perm("learning_network.confirm_tool", is_in_use & (keeps_tool | used_tool_lately))
