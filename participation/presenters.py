"""Sentences of the audit trail for what happens to processes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from foundation.core.audit_sentences import register

SENTENCES = {
    "create": _("%(actor)s began to prepare “%(object)s”."),
    "change": _("%(actor)s changed the plan of “%(object)s”."),
    "phases_set": _("%(actor)s set the phases of “%(object)s”."),
    "dates_moved": _("%(actor)s moved dates of “%(object)s”: %(reason)s"),
    "role_given": _("%(actor)s gave %(new_person)s a role in “%(object)s”: %(new_role)s."),
    "role_taken": _("%(actor)s took a role of %(new_person)s in “%(object)s” away: %(new_role)s."),
    "publish": _("%(actor)s published “%(object)s”."),
    "finish": _("%(actor)s closed “%(object)s”."),
    "reopen": _("%(actor)s took “%(object)s” up again: %(reason)s"),
    "stop": _("%(actor)s stopped “%(object)s”: %(reason)s"),
    "thrown_away": _("%(actor)s threw the preparation of “%(object)s” away."),
    "view_given": _("%(actor)s gave a view."),
    "view_entered": _("%(actor)s wrote down a view that came in another way."),
    "decision_prepared": _("%(actor)s began a proposal for a decision: %(object)s."),
    "decision_changed": _("%(actor)s changed a proposal for a decision: %(object)s."),
    "decided": _("%(actor)s recorded the decision on %(object)s: %(reason)s"),
    "milestone_planned": _("%(actor)s planned a milestone: %(object)s."),
    "milestone_changed": _("%(actor)s changed a milestone: %(object)s. %(reason)s"),
    "milestone_done": _("%(actor)s closed a milestone as done: %(object)s."),
    "milestone_dropped": _("%(actor)s closed a milestone as not done: %(object)s. %(reason)s"),
    "handed_over": _("%(actor)s made an initiative of “%(object)s”."),
    "report_begun": _("%(actor)s began the final report of “%(object)s”."),
    "report_written": _("%(actor)s wrote the final report of “%(object)s”."),
    "report_published": _("%(actor)s published the final report of “%(object)s”."),
    "choice_aid_changed": _("%(actor)s worked on version %(new_number)s of the choice aid: %(new_name)s"),
    "choice_aid_used": _("Version %(new_number)s of the choice aid was taken into use. %(reason)s"),
    "choice_aid_dropped": _("%(actor)s threw version %(new_number)s of the choice aid away."),
    "choice_begun": _("%(actor)s began to choose a form for “%(object)s”."),
    "choice_made": _("%(actor)s chose a form for “%(object)s”: %(new_form)s. %(reason)s"),
    "choice_dropped": _("%(actor)s dropped the choice of a form for “%(object)s”."),
    "choice_tied": _("%(actor)s gave “%(object)s” the choice “%(new_subject)s”."),
    "answered": _("%(actor)s answered a contribution: %(object)s."),
    "hidden": _("%(actor)s took a contribution off the site: %(object)s. %(reason)s"),
    "shown": _("%(actor)s put a contribution back on the site: %(object)s. %(reason)s"),
    "problem_added": _("%(actor)s brought in a problem: %(object)s."),
    "problem_changed": _("%(actor)s changed a problem: %(object)s."),
    "problem_stated": _("%(actor)s published version %(new_version)s of the shared problem of “%(object)s”."),
    "proposal_begun": _("%(actor)s began a proposal: %(object)s."),
    "proposal_changed": _("%(actor)s changed a proposal: %(object)s."),
    "proposal_discarded": _("%(actor)s threw a draft of a proposal away: %(object)s."),
    "proposal_submitted": _("%(actor)s handed in a proposal: %(object)s."),
    "proposal_adapted": _("%(actor)s handed in a changed proposal: %(object)s."),
    "proposal_withdrawn": _("%(actor)s withdrew a proposal: %(object)s. %(reason)s"),
    "proposal_assigned": _("%(actor)s gave a proposal to somebody to check: %(object)s."),
    "proposal_in_check": _("%(actor)s took a proposal up to check it: %(object)s."),
    "proposal_judged": _("%(actor)s gave a verdict on a proposal: %(object)s."),
    "proposal_merged": _("%(actor)s merged a proposal into another one: %(object)s."),
    "maker_invited": _("%(actor)s asked somebody to make a proposal together: %(object)s."),
    "maker_joined": _("%(actor)s joined the makers of a proposal: %(object)s."),
    "maker_left": _("%(actor)s left the makers of a proposal: %(object)s."),
    "check_points_set": _("%(actor)s set on which points the proposals of “%(object)s” are checked."),
    "merger_asked": _("%(actor)s asked makers to merge their proposals."),
    "merger_answered": _("%(actor)s answered whether proposals may be merged."),
    "merger_done": _("%(actor)s carried out the merging of proposals."),
    "merger_refused": _("%(actor)s refused the merging of proposals."),
    "merger_cancelled": _("%(actor)s took the plan to merge proposals back."),
    "ballot_made": _("%(actor)s made a ballot of the proposals of “%(object)s”."),
    "ballot_copied": _("%(actor)s put the proposals of “%(object)s” on the ballot paper again."),
    "result_noted": _("The result of the vote was written on the proposals of “%(object)s”."),
    "called_to_vote": _("%(actor)s called people to vote in “%(object)s”: %(new_people)s."),
}


def declare() -> None:
    for verb, sentence in SENTENCES.items():
        register(f"participation.{verb}", sentence)
