"""Addresses of this app under a municipality: paths in Dutch, names in English."""

from django.urls import include, path

from foundation.meetings import patterns
from foundation.meetings.views import calendars, public, staff

app_name = "meetings"
urlpatterns = [
    path("bijeenkomsten/", public.index, name="index"),
    path("bijeenkomsten/agenda.ics", calendars.municipality_feed, name="feed"),
    path("bijeenkomsten/", include(patterns.pages())),
    path("beheer/bijeenkomsten/", staff.index, name="manage_index"),
    path("beheer/bijeenkomsten/nieuw/", staff.new, name="new"),
    path("beheer/bijeenkomsten/nieuwe-reeks/", staff.new_series, name="new_series"),
    path("beheer/bijeenkomsten/", include(patterns.back_office())),
]
