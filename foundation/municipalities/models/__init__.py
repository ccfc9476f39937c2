"""Models, split by what changes together; import them from here."""

from foundation.municipalities.models.areas import Area, AreaQuerySet, PostcodeArea
from foundation.municipalities.models.bylaw import ByLaw, default_refusal_grounds
from foundation.municipalities.models.follows import CONFIRM_WITHIN, Follow, Follower, FollowQuerySet, NewsTheme
from foundation.municipalities.models.imports import ImportRun, ImportRunQuerySet
from foundation.municipalities.models.municipality import (
    RESERVED_SLUGS,
    Municipality,
    MunicipalityQuerySet,
    OfficialMunicipality,
    OfficialShape,
)
from foundation.municipalities.models.newsletters import Newsletter, NewsletterQuerySet, NewsletterReceiver
from foundation.municipalities.models.people import (
    Invitation,
    InvitationQuerySet,
    Residency,
    Role,
    RoleQuerySet,
    Sector,
)

__all__ = [
    "CONFIRM_WITHIN",
    "RESERVED_SLUGS",
    "Area",
    "AreaQuerySet",
    "ByLaw",
    "Follow",
    "FollowQuerySet",
    "Follower",
    "ImportRun",
    "ImportRunQuerySet",
    "Invitation",
    "InvitationQuerySet",
    "Municipality",
    "MunicipalityQuerySet",
    "NewsTheme",
    "Newsletter",
    "NewsletterQuerySet",
    "NewsletterReceiver",
    "OfficialMunicipality",
    "OfficialShape",
    "PostcodeArea",
    "Residency",
    "Role",
    "RoleQuerySet",
    "Sector",
    "default_refusal_grounds",
]
