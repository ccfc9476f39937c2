"""The kinds of messages, declared by each app in its ``notifications.py`` (imported in ``AppConfig.ready``)::

    VOTING = register_topic(Topic("voting", _("Voting"), _("New ballots, reminders and results.")))

    BALLOT_OPENED = register(
        Kind(
            code="voting.ballot_opened",
            topic=VOTING.code,
            name=_("A vote has opened"),
            subject=_("You can vote: %(title)s"),
            body="voting/mail/ballot_opened.txt",
            action=_("Go to the vote"),
        )
    )

and sent by a service with ``notify(kind=BALLOT_OPENED, context={"title": ...}, url=...)``. Subject and body are written
anew from the context each time they are shown, in the language of who reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text

    from foundation.notifications.models import Message


@dataclass(frozen=True)
class Topic:
    """What people switch on and off together.

    Args:
        code: short and stable, such as ``voting``.
        name: as it stands on the page of preferences.
        help: one sentence: what comes under it.
        for_all: False for work that few people do: the page of preferences shows it only to who had such a message.
    """

    code: str
    name: Text
    help: Text = ""
    for_all: bool = True


@dataclass(frozen=True)
class Letter:
    """A whole e-mail that an app writes itself, such as a newsletter.

    Args:
        subject: one line.
        text, html: the two parts, ready to be sent.
        unsubscribe: whole address that ends these e-mails by one POST (RFC 8058); "" for none.
        list_id: what goes between the angle brackets of ``List-Id`` (RFC 2919); "" for none.
        master: the same letter with ``blank`` where the link of the receiver comes; lets its MIME text be made once.
    """

    subject: str
    text: str
    html: str
    unsubscribe: str = ""
    list_id: str = ""
    master: Letter | None = None
    blank: str = ""


@dataclass(frozen=True)
class MailFile:
    """A file with an e-mail, such as an invitation for calendars.

    Args:
        name: as the reader saves it.
        content: text in UTF-8 with the line ends that it must keep, or the bytes of ``application/pdf`` and the like.
        subtype: of ``text/``, such as ``calendar``; or of ``maintype``.
        parameters: of the content type, such as ``{"method": "REQUEST"}``.
    """

    name: str
    content: bytes
    subtype: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    maintype: str = "text"


@dataclass(frozen=True)
class Kind:
    """One kind of message.

    Args:
        code: ``app.what_happened``, stable: it is stored with each message.
        topic: code of the topic it falls under.
        name: for lists of staff.
        subject: one line with ``%(name)s`` places filled from the context.
        body: template of the plain text (the one given shows ``text`` of the context); it sees the context, ``recipient_name``, ``url`` (whole address or ""),
            ``municipality_name`` and ``site_url``. Not escaped: it is text. An empty line begins a new paragraph.
        body_html: template of the body in HTML; without it the text is used, in paragraphs with its links live.
        action: words on the button that leads to ``url``.
        switchable: False for what people can't do without (security of their account): always mailed at once.
        urgent: mailed at once although its topic comes in the daily overview; not when e-mail is off for the topic.
        bulk: goes to very many at once: delivered by one worker at a time, after everything else.
        letter: writes the whole e-mail, in the active language, instead of the template with body and button.
        wanted: asked right before sending, after the preferences; False stops this e-mail. An
            address without an account is then only stopped by this: the app keeps the list of who wants it.
        files: makes what goes along with the e-mail, when it is sent.
        prepare: asked once for the messages of a batch, before ``wanted`` and ``letter`` of each: what both need can be
            looked up here in one query.
    """

    code: str
    topic: str
    name: Text
    subject: Text
    body: str = "notifications/mail/plain.txt"
    body_html: str = ""
    action: Text = ""
    switchable: bool = True
    urgent: bool = False
    bulk: bool = False
    letter: Callable[[Message], Letter] | None = None
    wanted: Callable[[Message], bool] | None = None
    files: Callable[[Message], Sequence[MailFile]] | None = None
    prepare: Callable[[Sequence[Message]], None] | None = None


_kinds: dict[str, Kind] = {}
_topics: dict[str, Topic] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known.

    Raises:
        ValueError: when another kind has its code, or the code does not look like ``app.what_happened``.
    """
    if "." not in kind.code or len(kind.code) > 80:
        raise ValueError(f"the code of a kind looks like app.what_happened, not {kind.code!r}")
    if _kinds.setdefault(kind.code, kind) != kind:
        raise ValueError(f"two different kinds of messages are called {kind.code}")
    return kind


def register_topic(topic: Topic) -> Topic:
    """Make a topic known.

    Raises:
        ValueError: when another topic has its code.
    """
    if _topics.setdefault(topic.code, topic) != topic:
        raise ValueError(f"two different topics are called {topic.code}")
    return topic


def find(code: str) -> Kind | None:
    """The kind of this code, or None: messages of an app that was removed stay readable."""
    return _kinds.get(code)


def topic(code: str) -> Topic:
    """The topic of this code; one that no app declared goes by its code (a system check says so)."""
    return _topics.get(code) or Topic(code, code.capitalize())


def all_kinds() -> list[Kind]:
    """Every kind, by code."""
    return [_kinds[code] for code in sorted(_kinds)]


def codes_of(topic_code: str) -> list[str]:
    """The codes of the kinds that fall under a topic."""
    return [kind.code for kind in all_kinds() if kind.topic == topic_code]


def switchable_topics() -> list[Topic]:
    """The topics with at least one kind that people may switch off, by name."""
    codes = {kind.topic for kind in _kinds.values() if kind.switchable}
    return sorted((topic(code) for code in codes), key=lambda topic: str(topic.name))
