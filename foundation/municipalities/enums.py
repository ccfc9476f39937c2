from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.core.states import Transitions


class AreaKind(models.TextChoices):
    DISTRICT = "district", _("district")
    NEIGHBOURHOOD = "neighbourhood", _("neighbourhood")


class RoleKind(models.TextChoices):
    ADMINISTRATOR = "administrator", _("administrator")
    CIVIL_SERVANT = "civil_servant", _("civil servant")
    AMBASSADOR = "ambassador", _("participation ambassador")
    COUNCIL_MEMBER = "council_member", _("council member")
    ALDERMAN = "alderman", _("alderman")


# Roles that open the back office of their municipality, and so ask for two-factor log-in.
STAFF_ROLES = (RoleKind.ADMINISTRATOR, RoleKind.CIVIL_SERVANT, RoleKind.AMBASSADOR)

# What a role may do, in words that an administrator reads when inviting somebody.
ROLE_DESCRIPTIONS = {
    RoleKind.ADMINISTRATOR: _("Sets up the municipality: neighbourhoods, people, house style and by-law terms."),
    RoleKind.CIVIL_SERVANT: _("Runs initiatives, processes and ballots, and answers residents."),
    RoleKind.AMBASSADOR: _("Carries the way of working into one sector; does what a civil servant does."),
    RoleKind.COUNCIL_MEMBER: _("Follows what matters to them and sees the figures of the municipality."),
    RoleKind.ALDERMAN: _("Follows what matters to them and takes decisions that are recorded."),
}


class Assurance(models.IntegerChoices):
    """How sure we are that somebody lives where they say; higher is surer."""

    DECLARED = 10, _("declared")
    POSTED_CODE = 20, _("confirmed with a posted code")
    DESK = 30, _("confirmed at the desk")
    OPENID = 40, _("confirmed by log-in (DigiD broker)")


# Dutch with "u" for "je": a private form of nl (BCP 47), whose catalogues (locale/*/nl_X-u) hold only what differs.
FORMAL_DUTCH = "nl-x-u"


class AddressForm(models.TextChoices):
    JE = "je", _("je (informal)")
    U = "u", _("u (formal)")


class Theme(models.TextChoices):
    AANZET = "aanzet", _("AanZet")
    VOORBEELD = "voorbeeld", _("Voorbeeld (NL Design System)")
    OWN = "own", _("Own theme file")


# Our own words for what residents make; a municipality may set others.
WORD_PLAN, WORD_IDEA, WORD_INITIATIVE = "plan", "idea", "initiative"
DEFAULT_WORDS = {WORD_PLAN: _("plan"), WORD_IDEA: _("idea"), WORD_INITIATIVE: _("initiative")}


class InvitationState(models.TextChoices):
    """Computed, see Invitation.state."""

    SENT = "sent", _("sent")
    ACCEPTED = "accepted", _("accepted")
    EXPIRED = "expired", _("expired")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ImportKind(models.TextChoices):
    AREAS = "areas", _("neighbourhoods")
    POSTCODES = "postcodes", _("postcodes")


class ImportState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("being read")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("failed")


IMPORT_ACTIVE = (ImportState.QUEUED, ImportState.RUNNING)
# running -> queued: the worker fell silent and another one takes over, from the start.
IMPORT_TRANSITIONS = Transitions(
    "state",
    {
        ImportState.QUEUED: [ImportState.RUNNING],
        ImportState.RUNNING: [ImportState.QUEUED, ImportState.DONE, ImportState.REFUSED, ImportState.FAILED],
        ImportState.DONE: [],
        ImportState.REFUSED: [],
        ImportState.FAILED: [],
    },
)


class SetupStep(models.TextChoices):
    """The steps in which a new municipality is set up; the values are the words in the address."""

    DETAILS = "gegevens", _("Details")
    AREAS = "buurten", _("Neighbourhoods")
    STYLE = "huisstijl", _("House style")
    SECTORS = "sectoren", _("Sectors")
    PEOPLE = "mensen", _("People")
    BY_LAW = "verordening", _("By-law")
    OPEN = "openen", _("Check and open")


class NewsletterState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("planned")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")


NEWSLETTER_TRANSITIONS = Transitions(
    "state",
    {
        NewsletterState.DRAFT: [NewsletterState.SCHEDULED],
        NewsletterState.SCHEDULED: [NewsletterState.DRAFT, NewsletterState.SENDING],
        NewsletterState.SENDING: [NewsletterState.SENT],
        NewsletterState.SENT: [],
    },
)
