"""Pages of the portal above the municipalities."""

from django.urls import path

from portal.views import home, mine, pages

app_name = "home"
urlpatterns = [
    path("", home.installation, name="home"),
    path("mijn/", mine.mine, name="mine"),
    path("toegankelijkheid/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("contact/", pages.contact, name="contact"),
    path("robots.txt", pages.robots, name="robots"),
    path(".well-known/security.txt", pages.security, name="security"),
]
