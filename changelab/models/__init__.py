"""Models, split by what changes together; import them from here."""

from changelab.models.cohort import Application, Cohort
from changelab.models.kitchen import KitchenItem, KitchenQuerySet, ShareLog
from changelab.models.lab import Lab, LabMember

__all__ = ["Application", "Cohort", "KitchenItem", "KitchenQuerySet", "Lab", "LabMember", "ShareLog"]
