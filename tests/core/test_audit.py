import pytest
from django.db import DatabaseError, connection, transaction

from foundation.accounts.models import User
from foundation.core import audit
from foundation.core.models import AuditEvent


@pytest.fixture
def anna(db: None) -> User:
    return User.objects.create_user("anna@example.nl", name="Anna", is_staff=True)


def test_a_row_tells_who_what_and_why(anna: User) -> None:
    with transaction.atomic():
        audit.record("accounts.user_renamed", anna, by=anna, reason="wrong", old={"name": "An"}, new={"name": "Anna"})
    event = AuditEvent.objects.about(anna).get()
    assert (event.verb, event.actor_label, event.object_label) == ("accounts.user_renamed", "Anna", "Anna")
    assert (event.old, event.new, event.reason) == ({"name": "An"}, {"name": "Anna"}, "wrong")


def test_the_name_of_somebody_without_a_role_is_not_kept(db: None) -> None:
    resident = User.objects.create_user("bea@example.nl", name="Bea")
    event = audit.record("accounts.user_renamed", resident, by=resident)
    assert (event.actor_id, event.actor_label, event.object_label) == (resident.pk, "", "")


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded() -> None:
    anna = User.objects.create_user("anna@example.nl")
    with pytest.raises(RuntimeError, match="transaction"):
        audit.record("accounts.user_renamed", anna, by=anna)


@pytest.mark.parametrize("statement", ["UPDATE core_auditevent SET verb = 'x'", "DELETE FROM core_auditevent"])
def test_the_database_refuses_change_and_deletion(anna: User, statement: str) -> None:
    audit.record("accounts.user_renamed", anna, by=anna)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.count() == 1
