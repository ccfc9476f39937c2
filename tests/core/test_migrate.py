"""``manage.py migrate`` takes fewer steps than Django's own, to the same end."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from typing import Any

import pytest
from django.core.management import call_command, get_commands
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connection, models
from django.db.migrations import AddIndex, CreateModel, Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from pgtrigger import compiler
from pgtrigger.migrations import AddTrigger

from foundation.core.management.commands import migrate

pytestmark = pytest.mark.django_db


def _operations() -> Iterable[Operation]:
    ids = ("id", models.BigAutoField(primary_key=True))
    yield CreateModel("Boat", fields=[ids, ("name", models.TextField(default="", db_index=True))])
    yield CreateModel("Oar", fields=[ids, ("boat", models.ForeignKey("house.Boat", on_delete=models.CASCADE))])
    yield AddIndex("boat", models.Index(fields=["name"], name="boat_name"))
    upsert = compiler.UpsertTriggerSql(
        func="RETURN NULL;", when="BEFORE", operation="DELETE", table="house_boat", pgid="keep", hash="1"
    )
    yield AddTrigger("boat", compiler.Trigger(name="keep", sql=upsert))
    yield CreateModel("Sail", fields=[ids, ("boat", models.OneToOneField("house.Boat", on_delete=models.CASCADE))])


def _done(*, quick: bool) -> tuple[ProjectState, list[str]]:
    """The state afterwards, and what the database was told; nothing of it stays."""
    migration, state = Migration("0001_initial", "house"), ProjectState()
    migration.operations = list(_operations())
    told: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        told.append(sql)
        return execute(sql, *rest)

    assert not state.apps.get_models()  # there are classes from the start, as in a database that has tables
    with connection.execute_wrapper(note), connection.schema_editor() as editor:
        with migrate._few_classes() if quick else nullcontext():
            state = migration.apply(state, editor)
        assert len(migration.operations) == 5
        editor.deferred_sql.reverse()
        told += map(str, editor.deferred_sql)
        editor.deferred_sql.clear()
        editor.connection.set_rollback(True)
    return state, told


def test_the_database_is_told_the_same_in_the_same_order_and_the_classes_are_the_same() -> None:
    assert get_commands()["migrate"] == "foundation.core"
    (django, expected), (ours, told) = _done(quick=False), _done(quick=True)

    assert [sql for sql in told if "SAVEPOINT" not in sql] == [sql for sql in expected if "SAVEPOINT" not in sql]
    assert any("TRIGGER" in sql for sql in told)
    assert ours == django
    for model in django.apps.get_models():
        own = ours.apps.get_model(model._meta.app_label, model._meta.model_name)
        assert [field.name for field in own._meta.get_fields()] == [field.name for field in model._meta.get_fields()]
        assert [index.name for index in own._meta.indexes] == [index.name for index in model._meta.indexes]
        assert ours.models["house", own._meta.model_name].options == (
            django.models["house", own._meta.model_name].options
        )


def test_afterwards_django_is_as_it_was() -> None:
    before = [getattr(owner, name) for owner, name, _new in migrate._INSTEAD]
    with pytest.raises(ValueError), migrate._few_classes():
        raise ValueError
    assert [getattr(owner, name) for owner, name, _new in migrate._INSTEAD] == before


def test_a_database_that_holds_something_is_left_to_django(monkeypatch: pytest.MonkeyPatch) -> None:
    replaced = []
    monkeypatch.setattr(DjangoMigrate, "handle", lambda *_, **__: replaced.append(Migration.apply is migrate._apply))
    MigrationRecorder.Migration.objects.all().delete()
    call_command("migrate")
    MigrationRecorder(connection).record_applied("house", "0001_initial")
    call_command("migrate")
    assert replaced == [True, False]
