"""Messages about the toolbox: a new experience, and a tool that nobody confirmed for a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.notifications.kinds import Kind, register
from foundation.notifications.services import notify
from learning_network.notifications import NETWORK

if TYPE_CHECKING:
    from learning_network.models import Tool, ToolExperience

EXPERIENCE = register(
    Kind(
        code="learning_network.tool_experience",
        topic=NETWORK.code,
        name=_("Somebody told about using your tool"),
        subject=_("New experience with “%(title)s”"),
        body="learning_network/mail/tool_experience.txt",
        action=_("Read what happened"),
    )
)
STALE = register(
    Kind(
        code="learning_network.tool_stale",
        topic=NETWORK.code,
        name=_("A tool that you keep was not confirmed for a year"),
        subject=_("Is “%(title)s” still good?"),
        body="learning_network/mail/tool_stale.txt",
        action=_("Look at the tool"),
    )
)


def about(tool: Tool) -> str:
    """The name under which messages about a tool are kept."""
    return f"learning_network.tool:{tool.pk}"


def keepers(tool: Tool) -> list[User]:
    """Who keeps it: its author, else the programme leads of the network."""
    if tool.author is not None and tool.author.is_active:
        return [tool.author]
    return list(User.objects.filter(network_lead__isnull=False, is_active=True))


def tell_experience(experience: ToolExperience) -> int:
    """Who keeps the tool."""
    tool = experience.tool
    return notify(
        kind=EXPERIENCE,
        recipients=[one for one in keepers(tool) if one.pk != experience.author_id],
        about=about(tool),
        moment=f"experience-{experience.pk}",
        context={"title": tool.title, "municipality": str(experience.municipality or "")},
        url=f"{tool.get_absolute_url()}#ervaring-{experience.pk}",
    )


def remind_keeper(tool: Tool) -> int:
    """Who keeps the tool, once for each time that it was confirmed."""
    return notify(
        kind=STALE,
        recipients=keepers(tool),
        about=about(tool),
        moment=f"stale-{tool.confirmed_at:%Y-%m-%d}",
        context={"title": tool.title, "confirmed": tool.confirmed_at},
        url=tool.get_absolute_url(),
    )
