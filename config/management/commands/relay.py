import signal
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from config.lib.events.partitions import keep_partitions
from config.lib.events.relay import Relay


class Command(BaseCommand):
    help = "Carry due event deliveries to the broker, until stopped. Two of them share the work."

    def handle(self, *args: Any, **options: Any) -> None:
        relay = Relay()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, relay.stop)
        keep_partitions(at=timezone.now())
        relay.run()
