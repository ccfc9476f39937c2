"""The settings of the portal with one more page: an empty view, to measure our pages against."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
