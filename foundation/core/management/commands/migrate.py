"""``manage.py migrate``: Django's own, on an empty database in less time (decision 0012).

Before each operation Django makes the classes of a model anew, and those of all models that are related to it: of nearly all, as
most lead to a person. On an empty database that was more than nine tenths of the work. Here

- for an index, a constraint or a trigger, which change nothing of a class but a list in its ``Meta``, only that list is changed;
- tables that are made one after the other get their classes at once.

What the database is told stays the same, and in the same order. A database that holds something is left to Django as it is.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from itertools import groupby
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.migration import Migration
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with _few_classes() if _is_empty(options["database"]) else nullcontext():
            super().handle(*args, **options)


def _is_empty(alias: str) -> bool:
    """Whether no migration was applied yet."""
    return not MigrationRecorder(connections[alias]).applied_migrations()


@contextmanager
def _few_classes() -> Iterator[None]:
    before, threshold = [getattr(owner, name) for owner, name, _new in _INSTEAD], gc.get_threshold()
    try:
        gc.set_threshold(100_000, 50, 50)  # classes refer to themselves: looking for those that are over is much work
        for owner, name, new in _INSTEAD:
            setattr(owner, name, new)
        yield
    finally:
        for (owner, name, _new), old in zip(_INSTEAD, before, strict=True):
            setattr(owner, name, old)
        gc.set_threshold(*threshold)


class _CreateModels(Operation):
    """Several ``CreateModel`` that follow each other."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # made anew, of all models, when it is asked for
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)


def _apply(migration: Migration, *args: Any, **options: Any) -> ProjectState:
    """In the place of the method of Django's: as it is, on fewer operations."""
    whole = migration.operations
    runs = [(kind, list(run)) for kind, run in groupby(whole, type)]
    migration.operations = [  # type: ignore[misc]  # Django sets it on the instance too
        operation
        for kind, run in runs
        for operation in ([_CreateModels(run)] if kind is CreateModel and len(run) > 1 else run)
    ]
    try:
        return _apply_each(migration, *args, **options)
    finally:
        migration.operations = whole  # type: ignore[misc]


def _append_option(state: ProjectState, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
    """In the place of the method of Django's that adds an index or a constraint."""
    options = state.models[app_label, model_name].options
    options[option_name] = [*options[option_name], obj]
    if "apps" in state.__dict__:  # else there are no classes yet
        setattr(state.apps.get_model(app_label, model_name)._meta, option_name, list(options[option_name]))


def _add_trigger(operation: AddTrigger, app_label: str, state: ProjectState) -> None:
    """In the place of the method of pgtrigger's; its classes don't know their triggers."""
    options = state.models[app_label, operation.model_name].options
    options["triggers"] = [*options.get("triggers", []), operation.trigger]


def _swappable(registry: Apps, to_string: str) -> str | None:
    """Which setting names the model that takes the place of another: Django forgets the answer with each class that it makes."""
    if registry is not apps:
        return _ask_swappable(registry, to_string)
    if to_string not in _known:
        _known[to_string] = _ask_swappable(registry, to_string)
    return _known[to_string]


_apply_each = Migration.apply
_ask_swappable = Apps.get_swappable_settings_name
_known: dict[str, str | None] = {}
_swappable.cache_clear = lambda: None  # type: ignore[attr-defined]
_INSTEAD: list[tuple[Any, str, Any]] = [
    (Migration, "apply", _apply),
    (ProjectState, "_append_option", _append_option),
    (AddTrigger, "state_forwards", _add_trigger),
    (Apps, "get_swappable_settings_name", _swappable),
]
