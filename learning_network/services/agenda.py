"""The series of open meetings of the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.meetings.enums import Visibility
from foundation.meetings.services import series as series_service
from learning_network import network_host
from learning_network.models import NetworkLead
from learning_network.queries.agenda import series_of_network
from learning_network.services import _moves

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.meetings.models import Series


def begin(*, by: User) -> Series:
    """The series in which open meetings of the network are planned; made the first time that somebody asks.

    Raises:
        PermissionDenied: ``by`` does not keep the network.
    """
    _moves.need("learning_network.keep_network", by, None)
    with transaction.atomic():
        list(NetworkLead.objects.select_for_update().order_by("pk")[:1])  # one at a time
        there = series_of_network()
        if there is not None:
            return there
        return series_service.create_series(
            municipality=None,
            title=_("Meetings of the learning network"),
            by=by,
            visibility=Visibility.PUBLIC,
            host=network_host.KEY,
            host_title=_("Learning network"),
            host_url=reverse("learning_network:agenda"),
        )
