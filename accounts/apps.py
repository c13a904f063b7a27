from django.apps import AppConfig
from django.contrib.admin import apps as admin


class AccountsConfig(AppConfig):
    name = "accounts"


class StaffAdminConfig(admin.AdminConfig):
    """django.contrib.admin behind a site that asks staff for a second factor."""

    default = False  # of this module; INSTALLED_APPS names it
    default_site = "accounts.desk.StaffSite"
