"""Kinds of messages of this app."""

from django.utils.translation import gettext_lazy as _

from foundation.municipalities import letters
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

NEWS = register_topic(
    Topic(
        "newsletters",
        _("Newsletters"),
        _("What you follow in a municipality. A newsletter is always an e-mail of its own."),
    )
)

FOLLOW_CONFIRM = register(
    Kind(
        code="municipalities.follow_confirm",
        topic=NEWS.code,
        name=_("Confirm what you follow"),
        subject=_("Confirm that you want newsletters of %(municipality)s"),
        body="municipalities/newsletters/mail_confirm.txt",
        action=_("Yes, I want this"),
        switchable=False,
    )
)

NEWSLETTER = register(
    Kind(
        code="municipalities.newsletter",
        topic=NEWS.code,
        name=_("Newsletter"),
        subject="%(subject)s",
        body="municipalities/newsletters/message.txt",
        action=_("Read the newsletter"),
        urgent=True,
        bulk=True,
        letter=letters.letter,
        wanted=letters.wanted,
        prepare=letters.prepare,
    )
)

NEWSLETTER_TEST = register(
    Kind(
        code="municipalities.newsletter_test",
        topic=NEWS.code,
        name=_("Test of a newsletter"),
        subject=_("Test: %(subject)s"),
        body="municipalities/newsletters/message.txt",
        action=_("Go to the newsletter"),
        switchable=False,
        letter=letters.letter,
    )
)
