"""Pages that exist in the demo only."""

from django.urls import path

from portal.views import demo

app_name = "demo"
urlpatterns = [
    path("", demo.index, name="index"),
    path("mailbox/", demo.mailbox, name="mailbox"),
    path("mailbox/<str:name>/", demo.mail, name="mail"),
]
