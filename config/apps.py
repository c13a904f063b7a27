from django.apps import AppConfig

from config.celery import app as celery_app

__all__ = ["EarshotConfig", "celery_app"]  # shared tasks belong to this Celery application


class EarshotConfig(AppConfig):
    name = "config"
    verbose_name = "Earshot"
