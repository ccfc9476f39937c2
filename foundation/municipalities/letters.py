"""A newsletter as an e-mail: written once, then for each receiver only the link to unsubscribe is filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from foundation.core.text import render_markdown
from foundation.municipalities.follow_tokens import FollowToken
from foundation.municipalities.models import Follow, Follower, Municipality, Newsletter
from foundation.notifications.kinds import Letter
from foundation.notifications.models import Message

_HERE = "https://unsubscribe.invalid/"  # stands for the link of the receiver until it is known
# E-mail programs know no style sheets: what Markdown can give gets its looks here.
_LOOKS = {
    "a": "color:#0f5f69",
    "p": "margin:0 0 16px 0",
    "h2": "margin:24px 0 8px 0;color:#07363d;font-size:20px;line-height:1.3",
    "h3": "margin:20px 0 8px 0;color:#07363d;font-size:18px;line-height:1.3",
    "h4": "margin:16px 0 8px 0;color:#07363d;font-size:18px;line-height:1.3",
    "ul": "margin:0 0 16px 0;padding-left:24px",
    "ol": "margin:0 0 16px 0;padding-left:24px",
    "blockquote": "margin:0 0 16px 0;padding-left:16px;border-left:4px solid #cfd6d8",
}
_OPENING = re.compile(r"<(a|p|h[234]|ul|ol|blockquote)(?=[\s>])")


def compose(newsletter: Newsletter, municipality: Municipality, *, trial: bool = False) -> Letter:
    """The e-mail of a newsletter as it stands, in the active language, with no receiver's link yet."""
    parts = [
        {
            "heading": block["heading"],
            "text": block["text"],
            "html": _OPENING.sub(
                lambda found: f'<{found[1]} style="{_LOOKS[found[1]]}"', str(render_markdown(block["text"]))
            ),
        }
        for block in newsletter.blocks
    ]
    public = newsletter.is_public and not newsletter.is_draft
    names: dict[str, Any] = {
        "subject": newsletter.subject,
        "intro": newsletter.intro,
        "parts": parts,
        "items": [{**item, "url": settings.SITE_URL + item["url"]} for item in newsletter.items],
        "municipality_name": municipality.name,
        "home_url": settings.SITE_URL + municipality.get_absolute_url(),
        "web_url": settings.SITE_URL + newsletter.get_absolute_url() if public else "",
        "unsubscribe_url": _HERE,
        "trial": trial,
        "language": get_language(),
    }
    text: Any = get_template("municipalities/newsletters/mail.txt")
    subject = _("Test: %(subject)s") % {"subject": newsletter.subject} if trial else newsletter.subject
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return Letter(
        subject=subject,
        # Plain text: "&" must stay "&".
        text=re.sub(r"\n{3,}", "\n\n", text.template.render(Context(names, autoescape=False))).strip() + "\n",
        html=get_template("municipalities/newsletters/mail.html").render(names),
        unsubscribe=_HERE,
        list_id=f"nieuws.{municipality.slug}.{host}",
    )


def addressed(letter: Letter, unsubscribe: str) -> Letter:
    """The same letter with the receiver's own link in it."""
    return Letter(
        subject=letter.subject,
        text=letter.text.replace(_HERE, unsubscribe),
        html=letter.html.replace(_HERE, escape(unsubscribe)),
        unsubscribe=unsubscribe,
        list_id=letter.list_id,
        master=letter,
        blank=_HERE,
    )


@lru_cache(maxsize=16)
def _kept(newsletter_id: int, version: int, trial: bool, language: str) -> tuple[Letter, Municipality]:
    # 20,000 receivers, one text: a planned newsletter does not change, and a changed draft has another version.
    newsletter = Newsletter.objects.select_related("municipality").get(pk=newsletter_id)
    return compose(newsletter, newsletter.municipality, trial=trial), newsletter.municipality


def letter(message: Message) -> Letter:
    """The e-mail of one message of the kind NEWSLETTER or NEWSLETTER_TEST."""
    number, trial = message.context["newsletter"], bool(message.context.get("trial"))
    made, municipality = _kept(number, message.context["version"], trial, get_language() or "")
    token = FollowToken(user_id=message.recipient_id, newsletter_id=None if trial else number)
    if message.recipient_id is None:
        follower = _follower(message)
        token = FollowToken(follower_id=follower.pk if follower else 0, newsletter_id=number)
    return addressed(made, token.url(municipality))


def wanted(message: Message) -> bool:
    """Whether this receiver still follows: who unsubscribed since it was written gets it no more."""
    if message.recipient_id is not None:
        if "_stopped" not in message.__dict__:
            prepare([message])
        return not message.__dict__["_stopped"]
    return _follower(message) is not None


def prepare(messages: Sequence[Message]) -> None:
    """Look up for a batch who stopped and which follower each address is: asked twice for each e-mail, looked up once."""
    here = {message.municipality_id for message in messages}
    rows = Follower.objects.filter(municipality_id__in=[pk for pk in here if pk is not None])
    people = [message.recipient_id for message in messages if message.recipient_id is not None]
    stopped = rows.filter(user_id__in=people, stopped_at__isnull=False).values_list("municipality_id", "user_id")
    have_stopped = set(stopped) if people else set()
    addresses = [message.address for message in messages if message.recipient_id is None]
    confirmed = Exists(Follow.objects.confirmed().filter(follower=OuterRef("pk")))
    without = rows.filter(confirmed, user=None, address__in=addresses) if addresses else Follower.objects.none()
    found = {(follower.municipality_id, follower.address): follower for follower in without}
    for message in messages:
        message.__dict__["_stopped"] = (message.municipality_id, message.recipient_id) in have_stopped
        message.__dict__["_follower"] = found.get((message.municipality_id or 0, message.address))


def _follower(message: Message) -> Follower | None:
    if "_follower" not in message.__dict__:
        prepare([message])
    follower: Follower | None = message.__dict__["_follower"]
    return follower


def archive_path(newsletter: Newsletter) -> str:
    """Where a receiver with an account reads it: in the archive, else its own page of the choices."""
    if newsletter.is_public:
        return newsletter.get_absolute_url()
    return reverse("municipalities:follow", args=[newsletter.municipality.slug])
