"""Models, split by what changes together; import them from here."""

from changelab.models.cohort import Application, Cohort
from changelab.models.harvest import Harvest
from changelab.models.journey import CheckItem, Insight, Observation, Prototype, Reflection
from changelab.models.kitchen import KitchenItem, KitchenQuerySet, ShareLog
from changelab.models.lab import Lab, LabMember
from changelab.models.obstacle import Obstacle, ObstacleEvent
from changelab.models.plan import (
    FollowUp,
    PlanAdvice,
    PlanRisk,
    PlanTask,
    PlanVersion,
    SignOff,
    Sums,
    Transfer,
    TransferPlan,
)
from changelab.models.stakeholder import Stakeholder

__all__ = [
    "Application",
    "CheckItem",
    "Cohort",
    "FollowUp",
    "Harvest",
    "Insight",
    "KitchenItem",
    "KitchenQuerySet",
    "Lab",
    "LabMember",
    "Observation",
    "Obstacle",
    "ObstacleEvent",
    "PlanAdvice",
    "PlanRisk",
    "PlanTask",
    "PlanVersion",
    "Prototype",
    "Reflection",
    "ShareLog",
    "SignOff",
    "Stakeholder",
    "Sums",
    "Transfer",
    "TransferPlan",
]
