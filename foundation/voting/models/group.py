from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.models import Municipality

# From opening on the list of who may vote is fixed; what is left is that somebody on it says "that is me".
_REFUSE_WHILE_VOTING = """
    IF EXISTS (
        SELECT 1 FROM voting_ballot
        WHERE group_id = CASE TG_OP WHEN 'DELETE' THEN OLD.group_id ELSE NEW.group_id END AND state = 'open'
    ) THEN
        RAISE EXCEPTION 'group_fixed_while_open: a vote of this group is open';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


class VoterGroup(models.Model):
    """A named group of people of a municipality, such as a youth council, that can be the electorate of a ballot."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="voter_groups")
    name = models.CharField(_("name"), max_length=80, help_text=_("Residents read it, such as “Youth council”."))
    description = models.CharField(
        _("who belongs to it"),
        max_length=300,
        blank=True,
        help_text=_("One sentence for who wonders why they are not a member, and whom to ask."),
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("group of voters")
        verbose_name_plural = _("groups of voters")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "name"],
                name="voter_group_name_once",
                violation_error_message=_("There is already a group with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """A place in a group: for an address until somebody with that address takes it, from then on for that account only.

    So nobody votes twice by passing an address on. The place of an erased account stays empty.
    """

    group = models.ForeignKey(VoterGroup, on_delete=models.CASCADE, related_name="members")
    email = models.EmailField(_("e-mail address"), blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="voter_group_places"
    )
    added_at = models.DateTimeField(_("added at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("member of a group")
        verbose_name_plural = _("members of a group")
        constraints = [
            models.UniqueConstraint(
                fields=["group", "email"], condition=~Q(email=""), name="group_member_address_once"
            ),
            models.UniqueConstraint(fields=["group", "user"], name="group_member_user_once"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="group_fixed_while_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Delete,
                func=_REFUSE_WHILE_VOTING,
            ),
            # A place is taken once, and emptied for good when its account is erased.
            pgtrigger.Protect(
                name="place_taken_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.group_id IS DISTINCT FROM NEW.group_id"
                    " OR (OLD.email IS DISTINCT FROM NEW.email AND NEW.email <> '')"
                    " OR (OLD.email = '' AND NEW.user_id IS NOT NULL)"
                    " OR (OLD.user_id IS NOT NULL AND NEW.user_id IS DISTINCT FROM OLD.user_id AND"
                    " (NEW.user_id IS NOT NULL OR NEW.email <> ''))"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.email or str(self.pk)
