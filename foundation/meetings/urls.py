"""Addresses of this app under a municipality: paths in Dutch, names in English."""

from django.urls import URLPattern

app_name = "meetings"
urlpatterns: list[URLPattern] = []
