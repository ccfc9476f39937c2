from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.notifications.enums import Channel, DeliveryState
from foundation.notifications.fields import ContextDecoder, ContextEncoder

if TYPE_CHECKING:
    from foundation.accounts.models import User


class Digest(models.Model):
    """The daily overview of one person; the constraint is what makes it one per day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("recipient")
    )
    day = models.DateField(_("day in Amsterdam"))
    created_at = models.DateTimeField(_("made at"), default=timezone.now)

    class Meta:
        verbose_name = _("daily overview")
        verbose_name_plural = _("daily overviews")
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "day"],
                name="digest_once_a_day",
                violation_error_message=_("This person had the overview of this day already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User, now: datetime) -> MessageQuerySet:
        """Messages of this person that are due: planned reminders don't show yet."""
        return self.filter(recipient=user, due_at__lte=now)

    def unread(self) -> MessageQuerySet:
        return self.filter(read_at=None)

    def awaiting_digest(self, now: datetime) -> MessageQuerySet:
        """Messages that a daily overview must still tell."""
        return self.filter(in_digest=True, digest=None, due_at__lte=now)


class Message(models.Model):
    """One message to one person, or to an address without an account; written once per kind, thing and moment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        related_name="messages",
        verbose_name=_("recipient"),
    )
    address = models.EmailField(_("address without an account"), blank=True)
    kind = models.CharField(_("kind"), max_length=80)
    about = models.CharField(_("what it is about"), max_length=120)
    moment = models.CharField(_("moment"), max_length=80)
    subject = models.CharField(_("subject"), max_length=200, help_text=_("As written; shown when its kind is gone."))
    context: models.JSONField[Any, Any] = models.JSONField(
        _("context"), default=dict, encoder=ContextEncoder, decoder=ContextDecoder
    )
    url = models.CharField(_("where it leads to"), max_length=500, blank=True)
    # A plain label, not a key: municipalities stand on the floor above.
    municipality_id = models.BigIntegerField(_("municipality"), null=True)
    municipality_name = models.CharField(_("name of the municipality"), max_length=80, blank=True)
    due_at = models.DateTimeField(_("shown and sent from"), default=timezone.now)
    created_at = models.DateTimeField(_("written at"), default=timezone.now)
    read_at = models.DateTimeField(_("read at"), null=True)
    in_digest = models.BooleanField(_("told in the daily overview"), default=False)
    digest = models.ForeignKey(
        Digest, on_delete=models.SET_NULL, null=True, related_name="messages", verbose_name=_("daily overview")
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-due_at", "-id"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "about", "moment"],
                condition=Q(recipient__isnull=False),
                name="message_once_per_person",
                violation_error_message=_("This person had this message already."),
            ),
            models.UniqueConstraint(
                fields=["address", "kind", "about", "moment"],
                condition=Q(recipient__isnull=True),
                name="message_once_per_address",
                violation_error_message=_("This address had this message already."),
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False, address="") | (Q(recipient__isnull=True) & ~Q(address="")),
                name="message_to_person_or_address",
                violation_error_message=_("A message goes to a person or to an address."),
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-due_at"], name="message_inbox"),
            models.Index(fields=["recipient", "due_at"], condition=Q(read_at=None), name="message_unread"),
            models.Index(
                fields=["due_at", "recipient"], condition=Q(in_digest=True, digest=None), name="message_for_digest"
            ),
            models.Index(fields=["kind", "about"], name="message_by_thing"),
        ]

    def __str__(self) -> str:
        return self.subject


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self, now: datetime) -> DeliveryQuerySet:
        """What waits and is due."""
        return self.filter(state=DeliveryState.WAITING, next_try_at__lte=now)

    def orphaned(self, now: datetime) -> DeliveryQuerySet:
        """What was taken by a worker that has not been heard of since, and had handed over nothing."""
        return self.filter(state=DeliveryState.SENDING, claimed_until__lt=now)

    def in_lane(self, *, bulk: bool) -> DeliveryQuerySet:
        return self.filter(is_bulk=bulk)

    def abandoned_at_handover(self, now: datetime) -> DeliveryQuerySet:
        return self.filter(state=DeliveryState.HANDING_OVER, claimed_until__lt=now)


class Delivery(models.Model):
    """One e-mail on its way to the mail server: of a message, or of a daily overview."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, null=True, related_name="delivery", verbose_name=_("message")
    )
    digest = models.OneToOneField(
        Digest, on_delete=models.CASCADE, null=True, related_name="delivery", verbose_name=_("daily overview")
    )
    state = models.CharField(_("state"), max_length=12, choices=DeliveryState, default=DeliveryState.WAITING)
    due_at = models.DateTimeField(_("to be sent from"), default=timezone.now)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claim = models.UUIDField(_("worker's claim"), null=True, editable=False)
    claimed_until = models.DateTimeField(_("claimed until"), null=True)
    last_error = models.CharField(_("last answer of the mail server"), max_length=300, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True)
    is_bulk = models.BooleanField(_("one of very many"), default=False, db_default=False)
    bounced_at = models.DateTimeField(_("came back at"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-due_at", "-id"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(
                condition=Q(message__isnull=False, digest__isnull=True) | Q(message__isnull=True, digest__isnull=False),
                name="delivery_of_message_or_digest",
                violation_error_message=_("An e-mail carries a message or a daily overview."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values),
                name="delivery_state_known",
                violation_error_message=_("Unknown state."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[DeliveryState.SENDING, DeliveryState.HANDING_OVER])
                | Q(claim__isnull=False, claimed_until__isnull=False),
                name="delivery_under_way_is_claimed",
                violation_error_message=_("Who sends must have claimed it."),
            ),
        ]
        indexes = [
            # In the order of claiming, down to the last column: among 20,000 that wait the first one is found at once.
            models.Index(
                fields=["is_bulk", "next_try_at", "id"],
                condition=Q(state=DeliveryState.WAITING),
                name="delivery_waiting_in_lane",
            ),
            models.Index(
                fields=["claimed_until"],
                condition=Q(state__in=[DeliveryState.SENDING, DeliveryState.HANDING_OVER]),
                name="delivery_under_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} ({self.pk})"

    @property
    def recipient(self) -> User | None:
        """Whose e-mail it is; None for an address without an account."""
        if self.digest is not None:
            return self.digest.recipient
        return self.message.recipient if self.message is not None else None

    @property
    def address(self) -> str:
        """The e-mail address it goes to, in small letters."""
        person = self.recipient
        if person is not None:
            return person.email.lower()
        return self.message.address if self.message is not None else ""


class Preference(models.Model):
    """How a person wants the e-mails of one topic; the row with an empty topic is for topics without a row."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("user")
    )
    topic = models.CharField(_("topic"), max_length=40, blank=True)
    channel = models.CharField(_("e-mail"), max_length=10, choices=Channel)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "topic"],
                name="preference_once_per_topic",
                violation_error_message=_("There is already a choice for this topic."),
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values),
                name="preference_channel_known",
                violation_error_message=_("Unknown way of e-mailing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic or '*'}: {self.channel}"


class Bounce(models.Model):
    """An address whose mail came back for good; kept until its owner shows that it works again."""

    address = models.EmailField(_("address"), unique=True)
    times = models.PositiveIntegerField(_("times"), default=0)
    last_at = models.DateTimeField(_("last time"), default=timezone.now)
    words = models.CharField(_("what the mail server said"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("address whose mail comes back")
        verbose_name_plural = _("addresses whose mail comes back")
        constraints = [
            models.CheckConstraint(
                condition=Q(address=Lower("address")),
                name="bounce_address_lower_case",
                violation_error_message=_("Write the e-mail address in small letters."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.times}x"


class AddressOptOut(models.Model):
    """An address without an account that wants no e-mail about a topic; kept as long as the wish stands."""

    address = models.EmailField(_("address"))
    topic = models.CharField(_("topic"), max_length=40)
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("address that wants no e-mail")
        verbose_name_plural = _("addresses that want no e-mail")
        constraints = [
            models.UniqueConstraint(
                fields=["address", "topic"],
                name="opt_out_once",
                violation_error_message=_("This address is already signed off."),
            )
        ]

    def __str__(self) -> str:
        return self.topic
