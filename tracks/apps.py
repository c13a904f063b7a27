from django.apps import AppConfig


class TracksConfig(AppConfig):
    name = "tracks"

    def ready(self) -> None:
        from tracks import checks  # noqa: F401, PLC0415 -- it registers its checks, and only when apps are ready
