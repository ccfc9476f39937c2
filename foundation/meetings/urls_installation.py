"""Addresses of the installation: one's own agenda, personal links, and series that belong to no municipality."""

from django.urls import include, path

from foundation.meetings import patterns
from foundation.meetings.views import calendars

app_name = "meetings_installation"
urlpatterns = [
    path("agenda/", calendars.mine, name="mine"),
    path("agenda/uitnodiging/<str:token>/", calendars.invitation, name="invitation"),
    path("agenda/bijeenkomsten/", include(patterns.pages())),
    path("agenda/beheer/", include(patterns.back_office())),
    path("agenda/<str:token>.ics", calendars.own_feed, name="own_feed"),
]
