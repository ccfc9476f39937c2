from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from foundation.notifications import context, queries, tokens
from foundation.notifications.enums import Channel
from foundation.notifications.models import AddressOptOut, Message, Preference
from foundation.notifications.tokens import Unsubscribe
from tests.factories.accounts import UserFactory
from tests.factories.notifications import JOB, MessageFactory, notify_all

pytestmark = pytest.mark.django_db
INBOX = reverse("notifications:inbox")
PREFERENCES = reverse("notifications:preferences")


@pytest.fixture
def user(client: Client) -> Any:
    user = UserFactory()
    client.force_login(user)
    return user


def test_visitor_is_asked_to_log_in(client: Client) -> None:
    for url in (INBOX, PREFERENCES, reverse("notifications:message", args=[MessageFactory().pk])):
        response = client.get(url)
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))  # type: ignore[attr-defined]


def test_empty_list_says_what_will_come(client: Client, user: Any) -> None:
    assert "Nog geen berichten" in client.get(INBOX).content.decode()


def test_list_shows_what_is_new_and_hides_what_is_planned_or_of_others(client: Client, user: Any) -> None:
    MessageFactory(recipient=user, context={"title": "de nieuwe brug", "text": ""})
    MessageFactory(recipient=user, context={"title": "het oude plein", "text": ""}, read_at=timezone.now())
    MessageFactory(
        recipient=user, context={"title": "de toekomst", "text": ""}, due_at=timezone.now() + timedelta(days=1)
    )
    MessageFactory(context={"title": "van een ander", "text": ""})
    page = client.get(INBOX).content.decode()
    assert "de nieuwe brug" in page
    assert "het oude plein" in page
    assert "de toekomst" not in page
    assert "van een ander" not in page
    assert "Je hebt één nieuw bericht." in page


def test_list_costs_the_same_queries_for_one_and_three(client: Client, user: Any) -> None:
    def cost() -> int:
        cache.delete(queries.unread_key(user.pk))
        with CaptureQueriesContext(connection) as captured:
            client.get(INBOX)
        return len(captured)

    MessageFactory(recipient=user)
    cost()
    one = cost()
    MessageFactory.create_batch(2, recipient=user)
    assert cost() == one


def test_list_is_paged(client: Client, user: Any) -> None:
    MessageFactory.create_batch(21, recipient=user)
    assert client.get(INBOX).context["page"].paginator.num_pages == 2
    assert len(client.get(INBOX, {"page": "2"}).context["rows"]) == 1


def test_opening_a_message_reads_it(client: Client, user: Any) -> None:
    message = MessageFactory(
        recipient=user, context={"title": "het park", "text": "Kom <b>kijken</b> op https://x.nl/"}
    )
    assert queries.unread_count(user) == 1
    page = client.get(reverse("notifications:message", args=[message.pk])).content.decode()
    assert "Kom &lt;b&gt;kijken&lt;/b&gt;" in page
    assert "Lees het nieuws" in page
    assert Message.objects.get().read_at is not None


@pytest.mark.django_db(transaction=True)
def test_number_of_unread_follows_at_once(client: Client, user: Any) -> None:
    from django.db import transaction

    assert queries.unread_count(user) == 0
    with transaction.atomic():
        notify_all([user])
    assert queries.unread_count(user) == 1
    client.get(reverse("notifications:message", args=[Message.objects.get().pk]))
    assert queries.unread_count(user) == 0


def test_message_of_another_or_of_tomorrow_is_not_found(client: Client, user: Any) -> None:
    others = MessageFactory()
    planned = MessageFactory(recipient=user, due_at=timezone.now() + timedelta(days=1))
    for message in (others, planned):
        assert client.get(reverse("notifications:message", args=[message.pk])).status_code == 404
    assert Message.objects.unread().count() == 2


def test_message_of_an_app_that_is_gone_stays_readable(client: Client, user: Any) -> None:
    message = MessageFactory(recipient=user, kind="gone.app", subject="Het was mooi")
    assert "Het was mooi" in client.get(INBOX).content.decode()
    page = client.get(reverse("notifications:message", args=[message.pk]))
    assert page.status_code == 200
    assert "Het was mooi" in page.content.decode()


def test_long_words_and_emoji_show(client: Client, user: Any) -> None:
    MessageFactory(recipient=user, context={"title": "🌳" * 5000, "text": "a" * 5000})
    assert "🌳" * 100 in client.get(INBOX).content.decode()
    assert "a" * 5000 in client.get(reverse("notifications:message", args=[Message.objects.get().pk])).content.decode()


def test_all_read_by_one_button_and_not_by_a_link(client: Client, user: Any) -> None:
    MessageFactory.create_batch(2, recipient=user)
    assert client.get(reverse("notifications:read_all")).status_code == 405
    client.post(reverse("notifications:read_all"))
    assert not Message.objects.unread().exists()


def test_preferences_are_shown_and_kept(client: Client, user: Any) -> None:
    page = client.get(PREFERENCES).content.decode()
    assert "Proeven" in page
    assert "Veiligheid van de tests" not in page
    values = {topic.code: "digest" for topic, _channel in queries.preferences(user)}
    assert client.post(PREFERENCES, {**values, "test": "at_once"}).status_code == 302
    assert Preference.objects.get(user=user, topic="test").channel == Channel.AT_ONCE
    response = client.post(PREFERENCES, {**values, "test": "elk uur"})
    assert response.status_code == 200
    assert "Kies een van deze." in response.content.decode()
    assert Preference.objects.get(user=user, topic="test").channel == Channel.AT_ONCE


def test_topic_of_few_shows_to_who_had_such_a_message(client: Client, user: Any) -> None:
    assert "Berichten over werk van weinigen." not in client.get(PREFERENCES).content.decode()
    MessageFactory(recipient=user, kind=JOB.code)
    assert "Berichten over werk van weinigen." in client.get(PREFERENCES).content.decode()


def link(wish: Unsubscribe) -> str:
    return reverse("notifications:unsubscribe", args=[tokens.make(wish)])


def test_scanner_that_opens_the_link_unsubscribes_nobody(client: Client) -> None:
    wish = Unsubscribe(topic="test", user_id=UserFactory().pk)
    response = client.get(link(wish))
    assert response.status_code == 200
    assert "Stop" in response.content.decode()
    assert not response.cookies
    assert client.head(link(wish)).status_code == 200
    assert not Preference.objects.exists()


def test_one_click_unsubscribes_without_log_in_cookie_or_redirect() -> None:
    user = UserFactory()
    client = Client(enforce_csrf_checks=True)
    url = link(Unsubscribe(topic="test", user_id=user.pk))
    for _again in range(2):
        response = client.post(url, {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
        assert not response.cookies
    assert Preference.objects.get().channel == Channel.NONE
    notify_all([user])
    assert not Message.objects.get().in_digest
    client.post(url, {"terug": "1"})
    assert Preference.objects.get().channel == Channel.DIGEST


def test_unsubscribing_from_the_overview_leaves_what_was_chosen_at_once(client: Client) -> None:
    user = UserFactory()
    Preference.objects.create(user=user, topic="test", channel=Channel.AT_ONCE)
    Preference.objects.create(user=user, topic="other", channel=Channel.DIGEST)
    client.post(link(Unsubscribe(topic=tokens.EVERYTHING, user_id=user.pk)))
    assert queries.channels([user.pk], "test")[user.pk] == Channel.AT_ONCE
    assert queries.channels([user.pk], "other")[user.pk] == Channel.NONE
    assert queries.channels([user.pk], "new")[user.pk] == Channel.NONE


def test_address_without_account_unsubscribes_and_back(client: Client) -> None:
    message = MessageFactory(recipient=None, address="anna@example.nl")
    url = link(Unsubscribe(topic="test", message_id=str(message.pk)))
    assert "anna" not in url
    client.post(url)
    assert AddressOptOut.objects.get().address == "anna@example.nl"
    client.post(url, {"terug": "1"})
    assert not AddressOptOut.objects.exists()
    message.delete()
    assert client.post(url).status_code == 404


def test_erased_person_unsubscribes_quietly(client: Client) -> None:
    assert client.post(link(Unsubscribe(topic="test", user_id=987654))).status_code == 200
    assert not Preference.objects.exists()


@pytest.mark.parametrize("change", [lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"), lambda t: "x", lambda t: "~"])
def test_changed_token_does_nothing(client: Client, change: Any) -> None:
    token = tokens.make(Unsubscribe(topic="test", user_id=UserFactory().pk))
    url = reverse("notifications:unsubscribe", args=[change(token)])
    assert client.post(url).status_code == 404
    assert client.get(url).status_code == 404
    assert not Preference.objects.exists()


def test_header_asks_for_the_number_only_when_shown(rf: Any, django_assert_num_queries: Any) -> None:
    request = rf.get("/")
    request.user = UserFactory()
    MessageFactory(recipient=request.user)
    cache.clear()
    with django_assert_num_queries(0):
        values = context.unread(request)
    with django_assert_num_queries(1):
        assert values["unread_messages"] == 1
        assert context.account_navigation(request)[0].count == 1


def test_every_declared_kind_can_be_written() -> None:
    from foundation.notifications.checks import check_kinds

    assert [warning.msg for warning in check_kinds()] == []
