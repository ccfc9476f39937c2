"""Turns a message or a daily overview into words: the subject, the texts, the e-mail with its headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from email.encoders import encode_base64
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.utils import formataddr, parseaddr
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import linebreaks, urlize
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from foundation.notifications import kinds, masters, tokens
from foundation.notifications.kinds import Kind, Letter, MailFile, Topic

if TYPE_CHECKING:
    from foundation.notifications.models import Delivery, Message

SUBJECT_LENGTH = 200
SHARED_HEADERS = {"Auto-Submitted", "X-Auto-Response-Suppress", "List-Unsubscribe-Post"}  # alike for all receivers
DIGEST_LENGTH = 50  # lines; the rest is a count and a link
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")


def one_line(text: str, length: int = SUBJECT_LENGTH) -> str:
    """The text on one line without control characters, so that no header can be smuggled in; cut with an ellipsis."""
    line = _CONTROL.sub(" ", text).strip()
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def subject_of(kind: Kind, context: Mapping[str, Any]) -> str:
    """The subject of a kind with its places filled.

    Raises:
        ValueError: when the context lacks a name that the subject asks for.
    """
    try:
        return one_line(str(kind.subject) % context)
    except KeyError as error:
        raise ValueError(f"{kind.code}: the subject needs {error} in the context") from error


def absolute(url: str) -> str:
    """The whole address of a path of this portal; "" stays ""."""
    return f"{settings.SITE_URL}{url}" if url.startswith("/") else url


def subject(message: Message) -> str:
    """The subject in the language of now; as it was written when its kind is gone or has changed."""
    kind = kinds.find(message.kind)
    try:
        return subject_of(kind, message.context) if kind else message.subject
    except ValueError:
        return message.subject


def action(message: Message) -> str:
    """The words on the button to ``message.url``, or "" where the template must find its own."""
    kind = kinds.find(message.kind)
    return str(kind.action) if kind else ""


def _names(message: Message) -> dict[str, Any]:
    return {
        **message.context,
        "recipient_name": str(message.recipient) if message.recipient_id else "",
        "url": absolute(message.url),
        "municipality_name": message.municipality_name,
        "site_url": settings.SITE_URL,
    }


def body_text(message: Message) -> str:
    """The body as plain text; "" when its kind is gone."""
    kind = kinds.find(message.kind)
    if kind is None:
        return ""
    template: Any = get_template(kind.body)
    # Plain text: "&" must stay "&". body_html() escapes what it makes of it.
    text: str = template.template.render(Context(_names(message), autoescape=False))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def body_html(message: Message) -> SafeString:
    """The body as HTML: the kind's own template, else the text in paragraphs with live links."""
    kind = kinds.find(message.kind)
    if kind is not None and kind.body_html:
        return mark_safe(get_template(kind.body_html).render(_names(message)))
    return mark_safe(urlize(linebreaks(body_text(message), autoescape=True)))


def language_of(delivery: Delivery) -> str:
    """The language of this e-mail: how the municipality in whose name it goes addresses people, else that of the portal.

    Municipalities stand on the floor above: ``settings.MAIL_LANGUAGE`` names the function that knows. A daily overview is
    of several municipalities, so it is the portal that speaks there.
    """
    message = delivery.message
    if message is None or message.municipality_id is None:
        return settings.LANGUAGE_CODE
    ask: Callable[[int], str] = import_string(settings.MAIL_LANGUAGE)
    return ask(message.municipality_id)


def email(delivery: Delivery) -> EmailMultiAlternatives:
    """The e-mail of a delivery, in the active language; its Message-ID is the same at every try."""
    return digest_email(delivery) if delivery.digest is not None else message_email(delivery)


def message_email(delivery: Delivery) -> EmailMultiAlternatives:
    """The e-mail of one message."""
    message = delivery.message
    assert message is not None
    kind = kinds.find(message.kind)
    if kind is not None and kind.letter is not None:
        return letter_email(delivery, kind.letter(message))
    topic = kinds.topic(kind.topic) if kind and kind.switchable else None
    names = {
        "subject": subject(message),
        "message": message,
        "body_text": body_text(message),
        "body_html": body_html(message),
        "action": action(message),
        "topic": topic,
    }
    mail = _email(
        delivery,
        to=message.recipient.email if message.recipient else message.address,
        template="notifications/mail/message",
        names=names,
        municipality_name=message.municipality_name,
        unsubscribe=tokens.unsubscribe_url(message, topic) if topic else "",
    )
    for file in files_of(message):
        mail.attach(_attached(file))
    return mail


def files_of(message: Message) -> Sequence[MailFile]:
    """What goes along with the e-mail of a message, made now."""
    kind = kinds.find(message.kind)
    return kind.files(message) if kind is not None and kind.files is not None else ()


def _attached(file: MailFile) -> MIMENonMultipart:
    """In base64, so that no mail server changes a line end."""
    part: MIMENonMultipart
    if file.maintype == "text":
        part = MIMEText(file.content.decode(), file.subtype, "utf-8")
    else:
        part = MIMENonMultipart(file.maintype, file.subtype)
        part.set_payload(file.content)
        encode_base64(part)
    for name, value in file.parameters.items():
        part.set_param(name, value)
    part.add_header("Content-Disposition", "attachment", filename=file.name)
    return part


def letter_email(delivery: Delivery, letter: Letter) -> EmailMultiAlternatives:
    """The e-mail that an app wrote whole, with our headers around it."""
    message = delivery.message
    assert message is not None
    own, shared = _headers(delivery, letter.unsubscribe), {}
    if letter.list_id:
        shared["List-Id"] = f"<{letter.list_id}>"
    for name in SHARED_HEADERS & own.keys():
        shared[name] = own.pop(name)
    return masters.letter_mail(
        letter,
        subject=one_line(letter.subject),
        sender=_sender(message.municipality_name),
        to=delivery.address,
        shared=shared,
        own=own,
    )


def digest_email(delivery: Delivery) -> EmailMultiAlternatives:
    """The e-mail of a daily overview: its messages by topic."""
    digest = delivery.digest
    assert digest is not None
    messages = list(digest.messages.order_by("due_at", "pk"))
    groups: dict[Topic, list[dict[str, str]]] = {}
    for message in messages[:DIGEST_LENGTH]:
        kind = kinds.find(message.kind)
        line = {
            "subject": subject(message),
            "url": absolute(message.url) or absolute(reverse("notifications:message", args=[message.pk])),
            "municipality_name": message.municipality_name,
        }
        groups.setdefault(kinds.topic(kind.topic if kind else ""), []).append(line)
    count = len(messages)
    text = ngettext("%(count)d message on AanZet", "%(count)d messages on AanZet", count) % {"count": count}
    names = {
        "subject": text,
        "day": digest.day,
        "groups": sorted(groups.items(), key=lambda group: str(group[0].name)),
        "count": count,
        "more": max(0, count - DIGEST_LENGTH),
        "url": absolute(reverse("notifications:inbox")),
        "action": _("All messages"),
    }
    return _email(
        delivery,
        to=digest.recipient.email,
        template="notifications/mail/digest",
        names=names,
        municipality_name="",
        unsubscribe=tokens.digest_unsubscribe_url(digest.recipient_id),
    )


def _email(
    delivery: Delivery, *, to: str, template: str, names: dict[str, Any], municipality_name: str, unsubscribe: str
) -> EmailMultiAlternatives:
    person = delivery.recipient
    names = {
        **names,
        "municipality_name": municipality_name,
        "recipient_name": str(person) if person else "",
        "has_account": person is not None,
        "site_url": settings.SITE_URL,
        "url": absolute(names["url"] if "url" in names else names["message"].url),
        "preferences_url": absolute(reverse("notifications:preferences")),
        "unsubscribe_url": unsubscribe,
        "language": get_language(),
    }
    text: Any = get_template(f"{template}.txt")
    mail = EmailMultiAlternatives(
        subject=names["subject"],
        body=re.sub(r"\n{3,}", "\n\n", text.template.render(Context(names, autoescape=False))).strip() + "\n",
        from_email=_sender(municipality_name),
        to=[to],
        headers=_headers(delivery, unsubscribe),
    )
    mail.attach_alternative(get_template(f"{template}.html").render(names), "text/html")
    return mail


def _sender(municipality_name: str) -> str:
    """In whose name an e-mail goes; the address is always that of the installation."""
    name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    if municipality_name:
        name = one_line(_("%(municipality)s on AanZet") % {"municipality": municipality_name}, 80)
    return formataddr((name, sender))


def _headers(delivery: Delivery, unsubscribe: str) -> dict[str, str]:
    """The Message-ID is the same at every try, and tells which delivery it was when the e-mail comes back."""
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    headers = {
        "Message-ID": f"<{delivery.pk}@{sender.rpartition('@')[2] or 'localhost'}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if unsubscribe:
        headers["List-Unsubscribe"] = f"<{unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
