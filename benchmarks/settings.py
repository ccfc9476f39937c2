"""The settings of the portal with one more page: an empty view, to measure our pages against."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"

# The pages of the town hall are measured too; a second factor is asked once a day, not on each page.
TWO_FACTOR_FOR_STAFF = False
