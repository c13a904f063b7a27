from django.apps import AppConfig


class EarshotConfig(AppConfig):
    name = "config"
    verbose_name = "Earshot"
