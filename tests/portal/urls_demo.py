"""The portal's URLs with the demo's pages, which the settings of the tests leave out."""

from django.urls import include, path

from config.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401

urlpatterns = [path("demo/", include("portal.urls.demo")), *urlpatterns]
