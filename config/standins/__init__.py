"""Services of others, played on loopback for development and tests: the real protocol over a real socket."""

from django.conf import settings

from config.env import refuse

if not settings.DEV_PAGES:
    refuse("production speaks to the real services; config.standins is for development and tests.")
