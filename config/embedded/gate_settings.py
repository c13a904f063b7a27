"""The test suite's settings and the migration linter, which only the gate needs."""

from config.settings.test import *  # noqa: F403 -- Django's way of layering settings
from config.settings.test import INSTALLED_APPS as EVERYDAY_APPS

INSTALLED_APPS = [*EVERYDAY_APPS, "django_migration_linter"]
