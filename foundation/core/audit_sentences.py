"""Rows of the audit trail as sentences. Each app registers one sentence per verb, in its ``presenters.py``::

    register("voting.ballot_opened", _("%(actor)s opened the vote “%(object)s”."))

The sentence may use ``%(actor)s``, ``%(object)s``, ``%(reason)s``, and every value of the row as ``%(old_name)s`` and
``%(new_name)s``; a value that an older row lacks becomes "–".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from foundation.core.models import AuditEvent

_sentences: dict[str, str | Promise] = {}
_labels: dict[str, Mapping[str, Mapping[str, Any]]] = {}


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"


def register(verb: str, sentence: str | Promise, *, labels: Mapping[str, Mapping[str, Any]] | None = None) -> None:
    """Make the sentence of a verb known.

    Args:
        verb: as it was recorded.
        sentence: in English, translated when it is read.
        labels: for values that are codes, the words to show: ``{"kind": dict(RoleKind.choices)}``.

    Raises:
        ValueError: when the verb has another sentence already.
    """
    if _sentences.setdefault(verb, sentence) is not sentence and str(_sentences[verb]) != str(sentence):
        raise ValueError(f"two sentences for {verb}")
    _labels[verb] = labels or {}


def is_known(verb: str) -> bool:
    """Whether some app wrote a sentence for this verb."""
    return verb in _sentences


def sentence_of(event: AuditEvent) -> str:
    """What happened, in the language of who reads. An unknown verb of an app that was removed still tells who and what."""
    values = _Values(
        actor=event.actor_label or _("The system"),
        object=event.object_label,
        reason=event.reason,
        **_flat("old", event.old, _labels.get(event.verb, {})),
        **_flat("new", event.new, _labels.get(event.verb, {})),
    )
    template = _sentences.get(event.verb)
    if template is None:
        return _("%(actor)s: %(verb)s (%(object)s)") % {**values, "verb": event.verb}
    return str(template) % values


def _flat(prefix: str, values: Mapping[str, Any], labels: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    def plain(value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(plain(part) for part in value) or "–"
        if isinstance(value, dict):
            return ", ".join(f"{key}: {plain(part)}" for key, part in value.items())
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return "–" if value in (None, "") else str(value)

    return {
        f"{prefix}_{key}": plain(labels[key].get(value, value) if key in labels else value)
        for key, value in values.items()
    }
