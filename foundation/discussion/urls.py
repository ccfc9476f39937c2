"""Addresses of this app under a municipality: paths in Dutch, names in English."""

from django.urls import path

from foundation.discussion.views import moderation, own, reading, reporting, writing

app_name = "discussion"
public_urls = [
    path("gesprek/<int:thread_id>/", reading.thread, name="thread"),
    path("gesprek/<int:thread_id>/schrijf/", writing.write, name="write"),
    path("gesprek/<int:thread_id>/volgen/", reading.follow, name="follow"),
    path("gesprek/reactie/<int:comment_id>/", reading.comment, name="comment"),
    path("gesprek/reactie/<int:comment_id>/versies/", reading.history, name="history"),
    path("gesprek/reactie/<int:comment_id>/wijzigen/", own.edit, name="edit"),
    path("gesprek/reactie/<int:comment_id>/intrekken/", own.withdraw, name="withdraw"),
    path("gesprek/reactie/<int:comment_id>/herbeoordeling/", own.appeal, name="appeal"),
    path("gesprek/reactie/<int:comment_id>/melden/", reporting.report, name="report"),
]
staff_urls = [
    path("beheer/gesprek/", moderation.queue, name="queue"),
    path("beheer/gesprek/samen/", moderation.bulk, name="bulk"),
    path("beheer/gesprek/instellingen/", moderation.settings, name="settings"),
    path("beheer/gesprek/reactie/<int:comment_id>/", moderation.case, name="case"),
]
urlpatterns = public_urls + staff_urls
