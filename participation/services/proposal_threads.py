"""The arguments for and against under a proposal: a thread of ``foundation.discussion`` with the makers as its hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foundation.discussion.enums import Audience, HostRole, ThreadKind
from foundation.discussion.services import threads
from participation.models import Proposal

if TYPE_CHECKING:
    from foundation.accounts.models import User


def open_for(proposal: Proposal, *, by: User | None) -> None:
    """Open the thread when the proposal is handed in; once. In the caller's transaction, with the row locked."""
    if proposal.thread_id is not None:
        return
    proposal.thread = threads.open_thread(
        municipality=proposal.process.municipality,
        title=proposal.title,
        by=by,
        url=proposal.get_absolute_url(),
        kind=ThreadKind.FOR_AGAINST,
        audience=Audience.EVERYBODY,
        hosts=_hosts(proposal),
    )
    proposal.save(update_fields=["thread"])


def refresh_hosts(proposal: Proposal) -> None:
    """The makers have changed."""
    if proposal.thread is not None:
        threads.set_hosts(thread=proposal.thread, hosts=_hosts(proposal))


def rename(proposal: Proposal, *, by: User | None) -> None:
    """The title has changed."""
    if proposal.thread is not None:
        threads.change_thread(thread=proposal.thread, by=by, title=proposal.title)


def close(proposal: Proposal, *, by: User | None) -> None:
    """It stopped: everybody can still read, nobody writes."""
    if proposal.thread is not None:
        threads.close_thread(thread=proposal.thread, by=by)


def set_public(proposal: Proposal, *, by: User | None, public: bool) -> None:
    """It was taken off the site or put back; the discussion goes along."""
    if proposal.thread is not None:
        audience = Audience.EVERYBODY if public else Audience.STAFF
        threads.change_thread(thread=proposal.thread, by=by, audience=audience)


def _hosts(proposal: Proposal) -> list[tuple[User, str]]:
    return [(maker.user, HostRole.INITIATOR) for maker in proposal.makers.select_related("user")]
