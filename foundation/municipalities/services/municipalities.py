"""Starting, changing and opening a municipality."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.municipalities import queries
from foundation.municipalities.enums import SetupStep
from foundation.municipalities.models import ByLaw, Municipality
from foundation.municipalities.services.access import require

if TYPE_CHECKING:
    from foundation.accounts.models import User

DETAILS = ("name", "slug", "cbs_code", "host", "address_form", "contact_email")


@transaction.atomic
def create_municipality(*, by: User | None, name: str, slug: str, cbs_code: str | None) -> Municipality:
    """A new municipality, not visible yet, with the by-law terms of the Awb.

    Raises:
        ValidationError: for an address or code that is taken or wrong.
        PermissionDenied: when ``by`` does not manage this installation.
    """
    require(by, "municipalities.manage_installation", None)
    municipality = Municipality(name=name, slug=slug.lower(), cbs_code=cbs_code or None)
    municipality.full_clean()
    municipality.save()
    ByLaw.objects.create(municipality=municipality)
    audit.record(
        "municipalities.municipality_created",
        municipality,
        by=by,
        municipality=municipality,
        new={"name": name, "slug": municipality.slug, "cbs_code": cbs_code},
    )
    return municipality


@transaction.atomic
def update_details(*, municipality: Municipality, by: User | None, **details: Any) -> Municipality:
    """Change name, address, code, host name, form of address or contact address.

    A code with neighbourhoods under it stays as it is: the neighbourhoods carry it in their own codes.

    Raises:
        ValidationError: per field.
    """
    require(by, "municipalities.manage", municipality)
    locked = Municipality.objects.select_for_update(of=("self",)).get(pk=municipality.pk)
    old = {name: getattr(locked, name) for name in DETAILS}
    for name, value in details.items():
        if name not in DETAILS:
            raise TypeError(f"update_details does not know {name}")
        setattr(locked, name, value)
    locked.cbs_code = locked.cbs_code or None
    locked.host = (locked.host or "").lower() or None
    if old["cbs_code"] and locked.cbs_code != old["cbs_code"] and locked.areas.current().exists():
        raise ValidationError(
            {"cbs_code": _("The neighbourhoods that were imported belong to %(code)s.") % {"code": old["cbs_code"]}}
        )
    if locked.slug != old["slug"] and locked.published_at:
        raise ValidationError({"slug": _("The municipality is open: links to this address are in use already.")})
    locked.full_clean(exclude=["theme_css", "logo"])
    locked.save(update_fields=DETAILS)
    new = {name: getattr(locked, name) for name in DETAILS}
    changed = [name for name in DETAILS if old[name] != new[name]]
    if changed:
        audit.record(
            "municipalities.details_changed",
            locked,
            by=by,
            municipality=locked,
            old={name: old[name] for name in changed},
            new={name: new[name] for name in changed},
        )
    return locked


@transaction.atomic
def save_step(*, municipality: Municipality, step: SetupStep, by: User | None) -> None:
    """Remember that this step of setting up was looked at and saved; doing so again changes nothing."""
    require(by, "municipalities.manage", municipality)
    locked = Municipality.objects.select_for_update(of=("self",)).get(pk=municipality.pk)
    if step not in locked.setup_steps:
        locked.setup_steps = [*locked.setup_steps, str(step)]
        locked.save(update_fields=["setup_steps"])


@transaction.atomic
def open_municipality(*, municipality: Municipality, by: User | None) -> Municipality:
    """Make the municipality visible to everybody; opening it again changes nothing.

    Raises:
        ValidationError: names what is missing.
    """
    require(by, "municipalities.manage", municipality)
    locked = Municipality.objects.select_for_update(of=("self",)).get(pk=municipality.pk)
    missing = [check.label for check in queries.opening_checks(locked) if check.needed and not check.fine]
    if missing:
        raise ValidationError(_("Still missing: %(what)s.") % {"what": ", ".join(missing)})
    if locked.published_at is None:
        locked.published_at = clock.now()
        locked.setup_steps = [*(s for s in locked.setup_steps if s != SetupStep.OPEN), str(SetupStep.OPEN)]
        locked.save(update_fields=["published_at", "setup_steps"])
        audit.record("municipalities.municipality_opened", locked, by=by, municipality=locked)
    return locked


@transaction.atomic
def close_municipality(*, municipality: Municipality, by: User | None, reason: str) -> Municipality:
    """Hide the municipality from everybody but its staff.

    Raises:
        ValidationError: without a reason.
    """
    require(by, "municipalities.manage", municipality)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the pages are hidden; colleagues will read it in the log.")})
    locked = Municipality.objects.select_for_update(of=("self",)).get(pk=municipality.pk)
    if locked.published_at is not None:
        locked.published_at = None
        locked.save(update_fields=["published_at"])
        audit.record("municipalities.municipality_closed", locked, by=by, municipality=locked, reason=reason.strip())
    return locked
