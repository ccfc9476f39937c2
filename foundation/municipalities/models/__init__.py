"""Models, split by what changes together; import them from here."""

from foundation.municipalities.models.areas import Area, AreaQuerySet, PostcodeArea
from foundation.municipalities.models.bylaw import ByLaw, default_refusal_grounds
from foundation.municipalities.models.imports import ImportRun, ImportRunQuerySet
from foundation.municipalities.models.municipality import (
    RESERVED_SLUGS,
    Municipality,
    MunicipalityQuerySet,
    OfficialMunicipality,
)
from foundation.municipalities.models.people import (
    Invitation,
    InvitationQuerySet,
    Residency,
    Role,
    RoleQuerySet,
    Sector,
)

__all__ = [
    "RESERVED_SLUGS",
    "Area",
    "AreaQuerySet",
    "ByLaw",
    "ImportRun",
    "ImportRunQuerySet",
    "Invitation",
    "InvitationQuerySet",
    "Municipality",
    "MunicipalityQuerySet",
    "OfficialMunicipality",
    "PostcodeArea",
    "Residency",
    "Role",
    "RoleQuerySet",
    "Sector",
    "default_refusal_grounds",
]
