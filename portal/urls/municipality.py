"""Pages of the portal in one municipality, under its slug."""

from django.urls import path

from portal.views import home, pages, search, today

app_name = "portal"
urlpatterns = [
    path("", home.municipality, name="home"),
    path("zoeken/", search.search, name="search"),
    path("beheer/", today.today, name="today"),
    path("toegankelijkheid/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("contact/", pages.contact, name="contact"),
]
