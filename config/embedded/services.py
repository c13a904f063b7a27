"""The services that an environment does not give."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from config.embedded import postgres, valkey
from config.embedded.places import Places


class Service(Protocol):
    """A server that can be started again when it died."""

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def is_alive(self) -> bool: ...


@dataclass
class Services:
    """PostgreSQL and Valkey, each only where the environment names none."""

    places: Places
    postgres_settings: Mapping[str, str]
    valkey_settings: Mapping[str, str]
    running: dict[str, Service] = field(default_factory=dict, init=False)

    def start(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Start what is missing and return the variables to export. On a failure nothing stays behind."""
        self.places.make()
        exported = {"EARSHOT_HOME": str(self.places.home)}
        try:
            if not environment.get("REDIS_URL"):
                self._add("valkey", valkey.Valkey(self.places, self.valkey_settings))
                exported["REDIS_URL"] = self.places.redis_url
            if not environment.get("DATABASE_URL"):
                self._add("postgres", postgres.Postgres(self.places, self.postgres_settings))
                exported["DATABASE_URL"] = self.places.database_url
        except BaseException:
            self.stop()
            raise
        return exported

    def _add(self, name: str, service: Service) -> None:
        self.running[name] = service
        service.start()

    def stop(self) -> None:
        for service in self.running.values():
            service.stop()
        self.running.clear()
