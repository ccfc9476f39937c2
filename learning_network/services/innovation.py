"""The measurement of innovation power: begun with one press in the municipality's own back office, and what it shares of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.surveys import standards
from foundation.surveys.enums import Audience, SurveyState
from foundation.surveys.models import Questionnaire, Survey
from foundation.surveys.services import questionnaires, surveys
from learning_network.errors import NetworkError
from learning_network.models import InnovationSharing
from learning_network.queries import innovation as queries

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.municipalities.models import Municipality, OfficialMunicipality

RUNS = timedelta(weeks=3)


def begin(*, official: OfficialMunicipality, by: User) -> Survey:
    """A draft of this year's survey in the back office of the municipality, ready to invite people and publish.

    A draft that lies there already is given back, so that two presses make one.

    Raises:
        NetworkError: the municipality does not use this installation.
        PermissionDenied: ``by`` makes no surveys there.
    """
    tenant = queries.tenant_of(official)
    if tenant is None:
        raise NetworkError(_("%(municipality)s does not use this portal.") % {"municipality": official.name})
    if not by.has_perm("surveys.manage", tenant):
        raise PermissionDenied(_("You can't do this here: it asks for another role."))
    standard = standards.find(queries.STANDARD)
    assert standard is not None
    with transaction.atomic():
        type(tenant).objects.select_for_update(of=("self",)).get(pk=tenant.pk)
        drafts = Survey.objects.for_municipality(tenant).filter(
            state=SurveyState.DRAFT, version__questionnaire__lineage=standard.lineage
        )
        there: Survey | None = drafts.first()
        if there is not None:
            return there
        now = clock.now()
        return surveys.open_survey(
            questionnaire=_questions(tenant, by),
            municipality=tenant,
            title=_("Innovation power %(year)d") % {"year": clock.today().year},
            audiences=[Audience.MEMBERS],
            is_anonymous=True,
            opens_at=now,
            closes_at=now + RUNS,
            by=by,
        )


def _questions(tenant: Municipality, by: User) -> Questionnaire:
    """The municipality's own copy, so that its years compare; made when there is none."""
    standard = standards.find(queries.STANDARD)
    assert standard is not None
    own = Questionnaire.objects.for_municipality(tenant).filter(lineage=standard.lineage, is_archived=False)
    found: Questionnaire | None = own.order_by("-pk").first()
    return found or questionnaires.from_standard(municipality=tenant, code=queries.STANDARD, by=by)


def share(
    *, official: OfficialMunicipality, counts_in_median: bool, leads_may_see: bool, by: User
) -> InnovationSharing:
    """Choose what is shared of the scores.

    Raises:
        PermissionDenied: ``by`` makes no surveys for that municipality.
    """
    if not queries.may_share(by, official):
        raise PermissionDenied(_("You can't do this here: it asks for another role."))
    with transaction.atomic():
        row, _new = InnovationSharing.objects.update_or_create(
            municipality=official,
            defaults={
                "counts_in_median": counts_in_median,
                "leads_may_see": leads_may_see,
                "changed_at": clock.now(),
                "changed_by": by,
            },
        )
        audit.record(
            "learning_network.innovation_shared",
            row,
            by=by,
            municipality=queries.tenant_of(official),
            new={"median": counts_in_median, "leads": leads_may_see},
        )
    return row
