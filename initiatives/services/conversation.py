"""The questions under an initiative: a thread of ``foundation.discussion`` with the team as its hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foundation.discussion.enums import Audience, HostRole, ThreadKind
from foundation.discussion.services import threads
from initiatives.enums import TeamRole
from initiatives.models import Conversation, Initiative

if TYPE_CHECKING:
    from foundation.accounts.models import User

_HOST_ROLES = {TeamRole.INITIATOR: HostRole.INITIATOR, TeamRole.MEMBER: HostRole.TEAM}


def open_for(initiative: Initiative, *, by: User | None) -> Conversation:
    """Open the questions when the initiative becomes public; once. In the caller's transaction, with the row locked."""
    there = Conversation.objects.filter(initiative=initiative).first()
    if there is not None:
        return there
    thread = threads.open_thread(
        municipality=initiative.municipality,
        title=initiative.title,
        by=by,
        url=initiative.get_absolute_url(),
        kind=ThreadKind.QUESTIONS,
        audience=Audience.EVERYBODY,
        hosts=_hosts(initiative),
    )
    return Conversation.objects.create(initiative=initiative, thread=thread)


def refresh_hosts(initiative: Initiative) -> None:
    """The team has changed."""
    there = Conversation.objects.select_related("thread").filter(initiative=initiative).first()
    if there is not None:
        threads.set_hosts(thread=there.thread, hosts=_hosts(initiative))


def rename(initiative: Initiative, *, by: User | None) -> None:
    """The title has changed."""
    there = Conversation.objects.select_related("thread").filter(initiative=initiative).first()
    if there is not None:
        threads.change_thread(thread=there.thread, by=by, title=initiative.title)


def set_public(initiative: Initiative, *, by: User | None, public: bool) -> None:
    """The plan was taken off the site or put back: its questions go along. Moderators can still open what was reported."""
    there = Conversation.objects.select_related("thread").filter(initiative=initiative).first()
    if there is not None:
        audience = Audience.EVERYBODY if public else Audience.STAFF
        threads.change_thread(thread=there.thread, by=by, audience=audience)


def _hosts(initiative: Initiative) -> list[tuple[User, str]]:
    return [(member.user, _HOST_ROLES[TeamRole(member.role)]) for member in initiative.team.select_related("user")]
