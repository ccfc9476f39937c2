"""Surveys that belong to no municipality, such as those of the learning network."""

from foundation.surveys.urls import public_urls, staff_urls

app_name = "surveys_installation"
# The back office first: "beheer" is never the address of a survey.
urlpatterns = [*staff_urls("vragenlijsten/beheer/"), *public_urls()]
