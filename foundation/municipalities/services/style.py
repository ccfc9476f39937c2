"""House style: theme, logo and own words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit
from foundation.municipalities.enums import DEFAULT_WORDS, Theme
from foundation.municipalities.models import Municipality
from foundation.municipalities.services.access import require
from foundation.municipalities.theme import ThemeFile

if TYPE_CHECKING:
    from foundation.accounts.models import User

WORD_LIMIT = 30


@transaction.atomic
def update_style(
    *,
    municipality: Municipality,
    by: User | None,
    theme: Theme | str,
    words: Mapping[str, str],
    theme_file: ThemeFile | None = None,
    logo: ContentFile[bytes] | None = None,
    remove_logo: bool = False,
) -> Municipality:
    """Change how the pages look and which words they use.

    Args:
        theme: ``own`` needs a theme file, now or earlier.
        words: plan, idea, initiative -> what this municipality calls it; empty for our own word.
        theme_file: checked tokens (``theme.read_theme``); written out anew, so nothing else can be in it.
        logo: a picture that was drawn anew (``core.uploads.check_logo``).

    Raises:
        ValidationError: per field.
    """
    require(by, "municipalities.manage", municipality)
    locked = Municipality.objects.select_for_update(of=("self",)).get(pk=municipality.pk)
    old = {"theme": locked.theme, "words": locked.words, "logo": locked.logo.name, "theme_file": locked.theme_css.name}
    if theme == Theme.OWN and theme_file is None and not locked.theme_css:
        raise ValidationError({"theme_file": _("Choose the file with the tokens of your own house style.")})
    locked.theme = theme
    locked.words = _clean_words(words)
    if theme_file is not None:
        css = theme_file.css.encode()
        # Named after its content: a changed file has a new address, so browsers may keep it for good.
        locked.theme_css.save(f"{hashlib.sha256(css).hexdigest()[:20]}.css", ContentFile(css), save=False)
    if theme != Theme.OWN:
        locked.theme_css = ""
    if logo is not None:
        data = logo.read()
        extension = PurePath(str(logo.name)).suffix
        locked.logo.save(f"{hashlib.sha256(data).hexdigest()[:20]}{extension}", ContentFile(data), save=False)
    elif remove_logo:
        locked.logo = ""
    locked.save(update_fields=["theme", "words", "theme_css", "logo"])
    new = {"theme": str(theme), "words": locked.words, "logo": locked.logo.name, "theme_file": locked.theme_css.name}
    changed = [name for name in old if (old[name] or "") != (new[name] or "")]
    if changed:
        audit.record(
            "municipalities.style_changed",
            locked,
            by=by,
            municipality=locked,
            old={name: old[name] for name in changed},
            new={name: new[name] for name in changed},
        )
    return locked


def _clean_words(words: Mapping[str, str]) -> dict[str, str]:
    kept = {}
    for key, word in words.items():
        if key not in DEFAULT_WORDS:
            raise ValueError(f"unknown word {key}")
        word = " ".join(word.split())
        if len(word) > WORD_LIMIT:
            raise ValidationError({key: _("At most 30 characters.")})
        if word and word != str(DEFAULT_WORDS[key]):
            kept[key] = word
    return kept
