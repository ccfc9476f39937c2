"""What stands beside the API under ``/api/``, above the municipalities."""

from django.urls import path

from foundation.voting.views import embed

urlpatterns = [path("oembed", embed.oembed, name="oembed")]
