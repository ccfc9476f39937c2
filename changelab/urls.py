"""Addresses of Changelabs: pages of the installation, for they lie above municipalities."""

from django.urls import URLPattern, path

from changelab.views import cohorts, labs

app_name = "changelab"
_COHORT = "changelab/<slug:cohort>/"
_LAB = "changelab/<slug:cohort>/<slug:lab>/"

# First the addresses with words of their own, so that no cohort or lab hides them.
urlpatterns: list[URLPattern] = [
    path("changelab/", cohorts.home, name="home"),
    path("changelab/beheer/nieuw/", cohorts.new, name="new"),
    path("changelab/uitnodiging/<str:token>/", labs.join, name="join"),
    path("changelab/beheer/<slug:cohort>/plan/", cohorts.plan, name="plan"),
    path("changelab/beheer/<slug:cohort>/stap/<slug:step>/", cohorts.step, name="step"),
    path("changelab/beheer/<slug:cohort>/stoppen/", cohorts.stop, name="cohort_stop"),
    path("changelab/beheer/<slug:cohort>/aanmeldingen/", cohorts.applications_list, name="applications"),
    path("changelab/beheer/<slug:cohort>/aanmeldingen/<int:pk>/", cohorts.answer, name="answer"),
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
    path(_LAB + "mensen/<int:pk>/weg/", labs.member_leave, name="member_leave"),
]
