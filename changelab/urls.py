"""Addresses of Changelabs: pages of the installation, for they lie above municipalities."""

from django.urls import URLPattern, path

from changelab.views import cohorts, decisions, feed, harvest, journey, labs, making, plans, room, sharing

app_name = "changelab"
_COHORT = "changelab/<slug:cohort>/"
_LAB = "changelab/<slug:cohort>/<slug:lab>/"

# First the addresses with words of their own, so that no cohort or lab hides them.
urlpatterns: list[URLPattern] = [
    path("changelab/", cohorts.home, name="home"),
    path("changelab/nieuws.rss", feed.news, name="news"),
    path("changelab/beheer/nieuw/", cohorts.new, name="new"),
    path("changelab/uitnodiging/<str:token>/", labs.join, name="join"),
    path("changelab/zaal/<str:token>/", room.room, name="room"),
    path("changelab/lessen/<int:number>/los/", harvest.let_go, name="let_go"),
    path("changelab/beheer/<slug:cohort>/plan/", cohorts.plan, name="plan"),
    path("changelab/beheer/<slug:cohort>/stap/<slug:step>/", cohorts.step, name="step"),
    path("changelab/beheer/<slug:cohort>/stoppen/", cohorts.stop, name="cohort_stop"),
    path("changelab/beheer/<slug:cohort>/aanmeldingen/", cohorts.applications_list, name="applications"),
    path("changelab/beheer/<slug:cohort>/aanmeldingen/<int:pk>/", cohorts.answer, name="answer"),
    path("changelab/beheer/<slug:cohort>/labs/", sharing.side_by_side, name="side_by_side"),
    path("changelab/beheer/<slug:cohort>/labs/labs.csv", sharing.side_by_side_csv, name="side_by_side_csv"),
    path(_COHORT, cohorts.cohort, name="cohort"),
    path(_COHORT + "aanmelden/", cohorts.apply, name="apply"),
    path(_COHORT + "aanmelden/<int:pk>/", cohorts.application_change, name="application_change"),
    path(_COHORT + "aanmelden/<int:pk>/intrekken/", cohorts.application_withdraw, name="application_withdraw"),
]
# A lab; its slug is never one of the words above (services.applications gives it the name of its municipality).
urlpatterns += [
    path(_LAB, labs.lab, name="lab"),
    path(_LAB + "gegevens/", labs.change, name="lab_change"),
    path(_LAB + "beweging/", labs.movement, name="movement"),
    path(_LAB + "stoppen/", labs.stop, name="lab_stop"),
    path(_LAB + "afronden/", labs.finish, name="lab_finish"),
    path(_LAB + "mensen/", labs.people, name="people"),
    path(_LAB + "mensen/<int:pk>/rol/", labs.member_role, name="member_role"),
    path(_LAB + "mensen/<int:pk>/weg/", labs.member_leave, name="member_leave"),
]
_MAP = _LAB + "betrokkenen/"
urlpatterns += [
    path(_MAP, making.stakeholder_page, name="stakeholders"),
    path(_MAP + "nieuw/", making.stakeholder_new, name="stakeholder_new"),
    path(_MAP + "<int:pk>/", making.stakeholder_change, name="stakeholder_change"),
    path(_MAP + "<int:pk>/uitnodigen/", making.stakeholder_invite, name="stakeholder_invite"),
    path(_LAB + "obstakels/", making.obstacle_list, name="obstacles"),
    path(_LAB + "obstakels/nieuw/", making.obstacle_new, name="obstacle_new"),
    path(_LAB + "obstakels/<int:pk>/", making.obstacle_change, name="obstacle_change"),
    path(_LAB + "obstakels/<int:pk>/stand/", making.obstacle_move, name="obstacle_move"),
]
_JOURNEY = _LAB + "reis/"
urlpatterns += [
    path(_JOURNEY, journey.journey, name="journey"),
    path(_JOURNEY + "bijeenkomsten/", journey.meetings_begin, name="meetings_begin"),
    path(_JOURNEY + "nieuw/", journey.arrivals, name="arrivals"),
    path(_JOURNEY + "observatie/", journey.observe, name="observe"),
    path(_JOURNEY + "observatie/<int:pk>/", journey.observation_change, name="observation_change"),
    path(_JOURNEY + "groeperen/", journey.group, name="group"),
    path(_JOURNEY + "inzicht/<int:pk>/", journey.insight_change, name="insight_change"),
    path(_JOURNEY + "prototype/", journey.prototype_new, name="prototype_new"),
    path(_JOURNEY + "prototype/<int:pk>/", journey.prototype_change, name="prototype_change"),
    path(_JOURNEY + "prototype/<int:pk>/stand/", journey.prototype_move, name="prototype_move"),
    path(_JOURNEY + "lijst/", journey.check_new, name="check_new"),
    path(_JOURNEY + "lijst/<int:pk>/", journey.check, name="check"),
    path(_JOURNEY + "reflectie/", journey.reflect, name="reflect"),
]
_PLANS = _LAB + "plannen/"
_PLAN = _PLANS + "<int:pk>/"
urlpatterns += [
    path(_PLANS, plans.plan_list, name="plans"),
    path(_PLANS + "nieuw/", plans.plan_new, name="plan_new"),
    path(_PLAN, plans.plan_page, name="plan_page"),
    path(_PLAN + "plan.pdf", plans.plan_pdf, name="plan_pdf"),
    path(_PLAN + "plan.xlsx", plans.plan_sheet, name="plan_sheet"),
    path(_PLAN + "schrijven/", plans.plan_change, name="plan_change"),
    path(_PLAN + "taak/", plans.task_new, name="task_new"),
    path(_PLAN + "taak/<int:task>/", plans.task_change, name="task_change"),
    path(_PLAN + "taak/<int:task>/weg/", plans.task_remove, name="task_remove"),
    path(_PLAN + "risico/", plans.risk_new, name="risk_new"),
    path(_PLAN + "risico/<int:risk>/", plans.risk_change, name="risk_change"),
    path(_PLAN + "risico/<int:risk>/weg/", plans.risk_remove, name="risk_remove"),
    path(_PLAN + "versie/", plans.version_keep, name="version_keep"),
    path(_PLAN + "vergelijken/", plans.compare, name="plan_compare"),
    path(_PLAN + "stap/<slug:step>/", decisions.step, name="plan_step"),
    path(_PLAN + "einde/<slug:step>/", decisions.end, name="plan_end"),
    path(_PLAN + "advies/", decisions.advise, name="plan_advise"),
    path(_PLAN + "advies/<int:advice>/", decisions.advice_answer, name="advice_answer"),
    path(_PLAN + "tekenen/", decisions.sign, name="plan_sign"),
    path(_PLAN + "overdragen/", decisions.hand_over, name="hand_over"),
    path(_LAB + "terugblik/<int:months>/", decisions.follow_up, name="follow_up"),
    path(_LAB + "les/<slug:kind>/<int:pk>/", harvest.harvest, name="harvest"),
    path(_LAB + "delen/", sharing.kitchen, name="kitchen"),
    path(_LAB + "delen/<slug:kind>/<int:pk>/", sharing.share, name="share"),
]
