"""All URLs: paths in Dutch, names in English. What belongs to a municipality lies under its slug."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

handler400 = "foundation.core.views.errors.bad_request"
handler403 = "foundation.core.views.errors.forbidden"
handler404 = "foundation.core.views.errors.not_found"
handler500 = "foundation.core.views.errors.server_error"

municipality_urls = [
    path("", include("foundation.municipalities.urls")),
    path("", include("foundation.voting.urls")),
    path("", include("foundation.meetings.urls")),
    path("", include("foundation.discussion.urls")),
    path("", include("foundation.surveys.urls")),
    path("", include("initiatives.urls")),
    path("", include("participation.urls")),
    path("", include("portal.urls.municipality")),
]

urlpatterns = [
    path("account/", include("foundation.accounts.urls")),
    path("account/", include("allauth.urls")),
    path("api/", include("config.api")),
    path("berichten/", include("foundation.notifications.urls")),
    path("techniek/django/", admin.site.urls),
    path("", include("foundation.core.urls")),
    path("", include("foundation.municipalities.urls_installation")),
    path("", include("foundation.meetings.urls_installation")),
    path("", include("foundation.surveys.urls_installation")),
    path("", include("changelab.urls")),
    path("", include("learning_network.urls")),
    path("", include("portal.urls.installation")),
    *([path("demo/", include("portal.urls.demo"))] if settings.DEMO else []),
    path("<slug:municipality_slug>/", include(municipality_urls)),
]
