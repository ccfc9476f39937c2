from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.core.states import Transitions


class ThreadKind(models.TextChoices):
    COMMENTS = "comments", _("comments")
    QUESTIONS = "questions", _("questions and answers")
    FOR_AGAINST = "for_against", _("for and against")


class Audience(models.TextChoices):
    """Who may read a thread; its owner app sets this along with the page that it stands under."""

    EVERYBODY = "everybody", _("everybody")
    STAFF = "staff", _("staff of the municipality")
    NOBODY = "nobody", _("not published yet")


class Writers(models.TextChoices):
    ACCOUNTS = "accounts", _("everybody with an account")
    RESIDENTS = "residents", _("residents of the municipality")


class HostRole(models.TextChoices):
    """What somebody is for the page above the thread; the owner app says so. Hosts answer questions."""

    INITIATOR = "initiator", _("initiator")
    TEAM = "team", _("team")
    CHAIR = "chair", _("chair")
    NOTE_TAKER = "note_taker", _("note-taker")


class Side(models.TextChoices):
    FOR = "for", pgettext_lazy("side of a discussion", "For")
    AGAINST = "against", pgettext_lazy("side of a discussion", "Against")


class CommentState(models.TextChoices):
    HELD = "held", _("waits for a check")
    VISIBLE = "visible", _("can be read")
    HIDDEN = "hidden", _("hidden by the municipality")
    RETURNED = "returned", _("returned to the writer")
    WITHDRAWN = "withdrawn", _("withdrawn by the writer")


COMMENT_TRANSITIONS = Transitions(
    "state",
    {
        CommentState.HELD: [
            CommentState.VISIBLE,
            CommentState.HIDDEN,
            CommentState.RETURNED,
            CommentState.WITHDRAWN,
        ],
        CommentState.VISIBLE: [CommentState.HIDDEN, CommentState.RETURNED, CommentState.WITHDRAWN],
        CommentState.HIDDEN: [CommentState.VISIBLE, CommentState.WITHDRAWN],
        # The writer changed the text: somebody looks again.
        CommentState.RETURNED: [
            CommentState.HELD,
            CommentState.VISIBLE,
            CommentState.HIDDEN,
            CommentState.WITHDRAWN,
        ],
        CommentState.WITHDRAWN: [],
    },
)


class Reason(models.TextChoices):
    """Why a text is reported, and why one is hidden or returned."""

    INSULT = "insult", _("insults or threatens somebody")
    DISCRIMINATION = "discrimination", _("discriminates")
    PERSONAL = "personal", _("tells personal things about somebody")
    SPAM = "spam", _("advertising or spam")
    OFF_TOPIC = "off_topic", _("is not about this subject")
    ILLEGAL = "illegal", _("may be against the law")
    OTHER = "other", _("another reason")


class Action(models.TextChoices):
    """What a moderator decides."""

    APPROVE = "approve", _("publish")
    KEEP = "keep", _("leave as it is")
    HIDE = "hide", _("hide")
    RETURN = "return", _("return to the writer")
    RESTORE = "restore", _("show again")


# Per action from which states, and to which state. Data: services and tests walk it.
MODERATION = {
    Action.APPROVE: ((CommentState.HELD,), CommentState.VISIBLE),
    Action.KEEP: ((CommentState.VISIBLE,), CommentState.VISIBLE),
    Action.HIDE: ((CommentState.HELD, CommentState.VISIBLE, CommentState.RETURNED), CommentState.HIDDEN),
    Action.RETURN: ((CommentState.HELD, CommentState.VISIBLE), CommentState.RETURNED),
    Action.RESTORE: ((CommentState.HIDDEN, CommentState.RETURNED), CommentState.VISIBLE),
}
# Against these the writer may ask for a new look, by somebody else.
NEED_REASON = (Action.HIDE, Action.RETURN)


class Outcome(models.TextChoices):
    UPHELD = "upheld", _("the decision stays")
    GRANTED = "granted", _("the text is shown again")


class Sort(models.TextChoices):
    """Order of the comments; the values are the words in the address."""

    NEWEST = "nieuwste", _("newest first")
    OLDEST = "oudste", _("oldest first")
    REPLIES = "reacties", _("most replies first")


class Work(models.TextChoices):
    """What the queue of moderators shows; the values are the words in the address."""

    TODO = "te-doen", _("everything that waits")
    HELD = "nieuw", _("first contributions and changed texts")
    REPORTED = "gemeld", _("reported")
    APPEALS = "herbeoordeling", _("a new look was asked")
    HIDDEN = "verborgen", _("hidden or returned")
