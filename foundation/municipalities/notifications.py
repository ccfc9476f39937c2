"""Kinds of messages of this app."""

from django.utils.translation import gettext_lazy as _

from foundation.notifications.kinds import Kind, Topic, register, register_topic

PEOPLE = register_topic(
    Topic("municipalities", _("Your role"), _("Invitations and changes of your role in a municipality."))
)

INVITATION = register(
    Kind(
        code="municipalities.invitation",
        topic=PEOPLE.code,
        name=_("Invitation for a role"),
        subject=_("%(municipality)s asks you to take part as %(role)s"),
        body="municipalities/mail/invitation.txt",
        action=_("Read the invitation"),
        switchable=False,
    )
)
