"""Renaming, and above all erasing: nothing that tells who somebody was may be left anywhere in the database."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client

from foundation.accounts import personal_data, queries, services
from foundation.accounts.models import User
from foundation.core.models import AuditEvent
from foundation.municipalities.enums import RoleKind
from foundation.municipalities.models import Role
from foundation.municipalities.services.invitations import invite
from foundation.municipalities.services.residency import declare_residency
from tests.accounts.conftest import give_app, log_in
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, RoleFactory, administrator
from tests.factories.notifications import MessageFactory

pytestmark = pytest.mark.django_db


def places_that_hold(*secrets: str) -> list[str]:
    """Every text column of every table in which one of the secrets occurs: "table.column: value"."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables"
            " USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type IN"
            " ('text', 'character varying', 'character', 'json', 'jsonb', 'ARRAY', 'inet')"
        )
        columns = cursor.fetchall()
        for table, column in columns:
            for secret in secrets:
                query = f'SELECT "{column}"::text FROM "{table}" WHERE "{column}"::text ILIKE %s'
                cursor.execute(query, [f"%{secret}%"])
                found += [f"{table}.{column}: {row[0]}" for row in cursor.fetchall()]
    assert len(columns) > 50, "the search must really look at the tables"
    return found


def somebody_with_everything(client: Client) -> User:
    """A resident who left traces in every corner that accounts and its neighbours know."""
    user = UserFactory(email="willemijn.zomer@example.nl", name="Willemijn Zomer")
    log_in(client, user)
    give_app(user)
    SocialAccount.objects.create(user=user, provider="stad", uid="willemijn-7", extra_data={"loa": "2"})
    EmailAddress.objects.create(user=user, email="wzomer@example.nl", verified=False)
    area = NeighbourhoodFactory()
    declare_residency(municipality=area.municipality, neighbourhood=area, by=user, birth_year=1970)
    invite(
        municipality=area.municipality,
        email=user.email,
        kind=RoleKind.COUNCIL_MEMBER,
        by=administrator(area.municipality),
    )
    MessageFactory(recipient=user, subject="Willemijn Zomer, het park", context={"title": "Willemijn", "text": "Zomer"})
    services.rename(user=user, name="Willemijn Zomer", by=user)
    LogEntry.objects.log_actions(
        UserFactory(is_staff=True).pk, [user], CHANGE, "seen Willemijn Zomer", single_object=True
    )
    return user


def test_the_search_of_this_file_finds_what_is_there(client: Client) -> None:
    somebody_with_everything(client)
    tables = {place.partition(".")[0] for place in places_that_hold("zomer", "willemijn")}
    assert {"municipalities_invitation", "notifications_message"} <= tables
    assert {"accounts_user", "account_emailaddress", "socialaccount_socialaccount", "django_admin_log"} <= tables


def test_after_erasing_no_column_of_any_table_tells_who_it_was(client: Client) -> None:
    user = somebody_with_everything(client)
    services.erase(user=user, by=user)
    assert places_that_hold("zomer", "willemijn") == []


def test_erasing_empties_the_row_and_all_ways_in(client: Client) -> None:
    user = somebody_with_everything(client)
    services.erase(user=user, by=user)
    left = User.objects.get(pk=user.pk)
    assert left.email.endswith("@erased.invalid")
    assert (left.name, left.is_active, left.has_usable_password(), left.last_login) == ("", False, False, None)
    assert left.erased_at is not None
    for model in (Authenticator, EmailAddress, SocialAccount, UserSession):
        assert not model.objects.filter(user=user).exists()
    assert AuditEvent.objects.filter(verb="accounts.user_erased").values("actor_id", "actor_label").get() == {
        "actor_id": user.pk,
        "actor_label": "",
    }


@pytest.mark.django_db(transaction=True)
def test_erasing_logs_out_everywhere_at_once() -> None:
    user = UserFactory()
    browsers = [Client(), Client()]
    for browser in browsers:
        log_in(browser, user)
    services.erase(user=user, by=user)
    assert [browser.get("/account/").status_code for browser in browsers] == [302, 302]
    assert not any(browser.session.exists(browser.cookies["aanzet_sessie"].value) for browser in browsers)


def test_two_people_can_be_erased(db: None) -> None:
    for person in (UserFactory(), UserFactory()):
        services.erase(user=person, by=None)
    assert User.objects.exclude(erased_at=None).count() == 2


def test_erasing_twice_is_refused(anna: User) -> None:
    services.erase(user=anna, by=anna)
    with pytest.raises(services.CannotErase):
        services.erase(user=anna, by=anna)


def test_the_address_is_free_again_after_erasing(anna: User) -> None:
    services.erase(user=anna, by=anna)
    assert services.open_account(email="anna@example.nl", by=None).pk != anna.pk


def test_an_obstacle_of_an_app_stops_erasing_whole(anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personal_data, "_obstacles", {"town": lambda user: ["Appoint another administrator first."]})
    with pytest.raises(services.CannotErase, match="another administrator"):
        services.erase(user=anna, by=anna)
    anna.refresh_from_db()
    assert anna.email == "anna@example.nl"


def test_an_eraser_that_fails_leaves_everything_as_it_was(anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(user: User) -> None:
        raise RuntimeError("half-way")

    last = personal_data.Eraser(broken)
    monkeypatch.setattr(personal_data, "_erasers", {**personal_data._erasers, "broken": last})
    with pytest.raises(RuntimeError, match="half-way"):
        services.erase(user=anna, by=anna)
    anna.refresh_from_db()
    assert anna.erased_at is None
    assert EmailAddress.objects.filter(user=anna).exists()


def test_decisions_of_staff_keep_the_name_that_was_theirs() -> None:
    role = RoleFactory(user=UserFactory(name="Karel Ambtenaar"), kind=RoleKind.CIVIL_SERVANT)
    services.rename(user=role.user, name="Karel Ambtenaar", by=role.user)
    Role.objects.filter(user=role.user).delete()
    services.erase(user=role.user, by=None)
    assert AuditEvent.objects.get(verb="accounts.user_renamed").actor_label == "Karel Ambtenaar"


@pytest.mark.parametrize("role", [None, RoleKind.ADMINISTRATOR, RoleKind.CIVIL_SERVANT, RoleKind.COUNCIL_MEMBER])
def test_the_audit_trail_keeps_names_only_of_people_in_a_role(
    role: RoleKind | None, django_assert_num_queries: Any
) -> None:
    user = UserFactory(name="Noor")
    if role:
        RoleFactory(user=user, kind=role, municipality=MunicipalityFactory())
    with django_assert_num_queries(1):
        assert user.audit_label == ("Noor" if role else "")


def test_an_address_in_capitals_is_kept_in_small_letters_and_refused_twice() -> None:
    assert services.open_account(email="Bea@Example.NL", by=None).email == "bea@example.nl"
    with pytest.raises(IntegrityError), transaction.atomic():
        services.open_account(email="BEA@example.nl", by=None)
    with pytest.raises(IntegrityError, match="user_email_lower_case"), transaction.atomic():
        User.objects.create(email="Cor@example.nl")
    with pytest.raises(ValidationError, match="kleine letters"):
        User(email="Cor@example.nl", password="x").full_clean()


def test_open_account_makes_an_address_that_counts_as_confirmed(client: Client) -> None:
    user = services.open_account(email="bea@example.nl", name="Bea", password="correct horse", by=None)
    assert log_in(client, user).url == "/"


def test_renaming_notes_that_it_happened_not_the_names(anna: User) -> None:
    services.rename(user=anna, name=" Anna de Vries ", by=anna)
    anna.refresh_from_db()
    assert anna.name == "Anna de Vries"
    event = AuditEvent.objects.about(anna).get()
    assert (event.verb, event.old, event.new) == ("accounts.user_renamed", {}, {})


def test_notes_of_ended_sessions_are_forgotten(client: Client, anna: User) -> None:
    log_in(client, anna)
    other = Client()
    log_in(other, anna)
    other.session.delete(other.session.session_key)
    assert services.forget_ended_sessions() == 1
    assert UserSession.objects.count() == 1


def test_the_export_holds_what_is_kept_and_no_secret(client: Client) -> None:
    user = somebody_with_everything(client)
    parts = personal_data.export(user)
    assert parts["account"]["naam"] == "Willemijn Zomer"
    assert {row["email"] for row in parts["account"]["e-mailadressen"]} == {user.email, "wzomer@example.nl"}
    assert [row["soort"] for row in parts["account"]["tweede stap"]] == ["recovery_codes", "totp"]
    assert parts["handelingen"][0]["verb"] == "accounts.user_renamed"
    secrets = [str(row.data) for row in Authenticator.objects.all()] + [user.password]
    assert not any(secret in str(parts) for secret in secrets)


def test_two_parts_of_the_export_can_not_have_one_label() -> None:
    with pytest.raises(ValueError, match="account"):
        personal_data.register_exporter("account", queries.export_audit)
    personal_data.register_exporter("account", queries.export)  # the same one again is harmless
