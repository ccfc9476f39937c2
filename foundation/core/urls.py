"""Language switch, style guide."""

from django.urls import path

from foundation.core.views import language, styleguide

app_name = "core"
urlpatterns = [
    path("taal/<slug:code>/", language.switch, name="language"),
    path("stijlgids/", styleguide.show, name="styleguide"),
    path("stijlgids/ambtenaar/", styleguide.show_staff, name="styleguide_staff"),
    path("stijlgids/fout/<str:name>/", styleguide.show_error, name="styleguide_error"),
    path("stijlgids/bevestig/<str:name>/", styleguide.show_confirm, name="styleguide_confirm"),
]
