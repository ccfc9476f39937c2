"""Entry of the web server."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
# All views are imported before the first reader comes, who would else wait for it: seconds, on a busy machine.
get_resolver()._populate()
# Votes have a lane of their own, which gives everything that it doesn't know to Django.
application = import_string("foundation.voting.fast_lane.FastLane")(application)
