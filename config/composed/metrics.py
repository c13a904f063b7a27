"""`/metrics`: what the processes count and the state of the house, for an operator's Prometheus and nobody else."""

import ipaddress

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from prometheus_client import CONTENT_TYPE_LATEST

import tracks.metrics
from config.lib.events import metrics as event_metrics
from config.lib.metrics import exposition
from config.lib.requests import plain_address
from config.lib.state_metrics import Source, StateCollector

# What the database is asked at each scrape. An app that has figures of its own gets a line here.
SOURCES: dict[str, Source] = {
    "events": event_metrics.events,
    "deliveries": event_metrics.deliveries,
    "queue": tracks.metrics.waiting_sounds,
    "sounds": tracks.metrics.sounds,
}
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")


@csrf_exempt
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures in Prometheus' text format. For whoever may not read them there is nothing here, by any method."""
    if request.method not in {"GET", "HEAD"} or not may_read(request):
        raise Http404
    content = exposition(collectors=[StateCollector(SOURCES)])
    return HttpResponse(content, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def may_read(request: HttpRequest) -> bool:
    """Whoever brings the token, and programs on this machine that asked this process themselves."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN and scheme.lower() == "bearer" and constant_time_compare(token, settings.METRICS_TOKEN):
        return True
    # Behind a proxy of this machine every peer is this machine.
    forwarded = settings.TRUSTED_PROXY_COUNT > 0 or any(name in request.headers for name in FORWARDED)
    return not forwarded and is_loopback(str(request.META.get("REMOTE_ADDR", "")))


def is_loopback(peer: str) -> bool:
    """Whether the peer is this machine; one that has no address is not."""
    address = plain_address(peer)
    return bool(address) and ipaddress.ip_address(address).is_loopback
