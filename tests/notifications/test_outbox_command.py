from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from foundation.notifications.enums import DeliveryState
from foundation.notifications.models import Delivery
from tests.factories.accounts import UserFactory
from tests.factories.notifications import notify_all
from tests.notifications.smtp_server import Behaviour

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("outbox", *arguments, stdout=out)
    return out.getvalue()


def test_shows_delivers_and_sends_again(smtp: Behaviour) -> None:
    user = UserFactory()
    notify_all([user])
    Delivery.objects.update(due_at=timezone.now() - timedelta(hours=1))
    assert "1 stuck" in run()
    smtp.refuse[user.email] = "550 nobody"
    assert "1 given up" in run("deliver")
    assert "550 nobody" in run()
    smtp.refuse.clear()
    run("resend", str(Delivery.objects.get().pk), "--reason", "postbus bestaat weer")
    assert "1 sent" in run("deliver")
    assert "0 stuck" in run()


def test_says_which_are_not_to_be_settled() -> None:
    notify_all([UserFactory()])
    with pytest.raises(CommandError, match="Say which"):
        run("settle")
    with pytest.raises(CommandError, match="1 of these"):
        run("settle", str(Delivery.objects.get().pk))
    Delivery.objects.update(state=DeliveryState.UNCERTAIN)
    assert "1 done" in run("settle", "--all")
