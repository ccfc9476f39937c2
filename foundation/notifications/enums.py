from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.core.states import Transitions


class Channel(models.TextChoices):
    """How somebody wants the messages of one topic by e-mail; in the portal they always get them."""

    AT_ONCE = "at_once", _("At once, each message in its own e-mail")
    DIGEST = "digest", _("Once a day, in one overview")
    NONE = "none", _("No e-mail")


class DeliveryState(models.TextChoices):
    """Where an e-mail is on its way to the mail server. docs/decisions/0003-mail-delivery.md tells why these."""

    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")  # a worker talks with the mail server; nothing is binding yet
    HANDING_OVER = "handing_over", _("being handed over")  # all is sent but the final dot; from here it may be accepted
    SENT = "sent", _("accepted by the mail server")
    UNCERTAIN = "uncertain", _("perhaps sent")  # the worker died between the final dot and the answer
    GIVEN_UP = "given_up", _("could not be delivered")
    SUPPRESSED = "suppressed", _("not wanted any more")


DELIVERY = Transitions(
    "state",
    {
        DeliveryState.WAITING: (DeliveryState.SENDING, DeliveryState.SUPPRESSED),
        DeliveryState.SENDING: (
            DeliveryState.SENDING,  # another worker takes over from a dead one
            DeliveryState.HANDING_OVER,
            DeliveryState.WAITING,
            DeliveryState.GIVEN_UP,
            DeliveryState.SUPPRESSED,
        ),
        DeliveryState.HANDING_OVER: (
            DeliveryState.SENT,
            DeliveryState.WAITING,
            DeliveryState.GIVEN_UP,
            DeliveryState.UNCERTAIN,
        ),
        DeliveryState.UNCERTAIN: (DeliveryState.SENT, DeliveryState.WAITING),
        DeliveryState.GIVEN_UP: (DeliveryState.WAITING,),
        DeliveryState.SENT: (),
        DeliveryState.SUPPRESSED: (),
    },
)
