"""The development settings, with the events of the lamps in the place of the product's."""

from config.settings.dev import *  # noqa: F403 -- Django's way of layering settings

EVENT_ROUTES = "config.tests.prove.lamps.ROUTES"
EVENT_RESEND_AFTER_S = 5
CELERY_IMPORTS = ["config.tests.prove.lamps"]
CELERY_BEAT_SCHEDULE: dict[str, object] = {}
