"""Looks at settings that are unsafe as they stand together."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

from config.lib.doctor import Finding
from config.lib.requests import plain_address

OURS = {"localhost", "127.0.0.1", "::1"}


def unsafe_settings() -> Iterator[Finding]:
    """What Django's own checks find, and what they cannot know."""
    production = not settings.DEV_PAGES
    troubles = [*mixed_up_settings(), *(trouble_of(message) for message in deployment_messages(production=production))]
    yield from troubles
    if not troubles:
        yield Finding("nothing is unsafe" if production else "nothing is unsafe on a machine of one's own")


def mixed_up_settings() -> Iterator[Finding]:
    """Development where listeners come, and a proxy that nobody counts."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    if (settings.DEV_PAGES or settings.DEBUG) and (plain_address(host) or host) not in OURS:
        remedy = "export DJANGO_SETTINGS_MODULE=config.settings.production"
        yield Finding(f"{host} runs with the settings of development, which show every mail to everybody", remedy)
    if not settings.DEV_PAGES and settings.TRUSTED_PROXY_COUNT == 0:
        sentence = "no proxy is trusted, so that behind one all listeners have one address"
        yield Finding(sentence, "set TRUSTED_PROXY_COUNT to the number of proxies in front")


def deployment_messages(*, production: bool) -> list[checks.CheckMessage]:
    """Django's warnings and errors; those about deployment where this is one."""
    messages = checks.run_checks(include_deployment_checks=production)
    return [message for message in messages if message.level >= checks.WARNING and not message.is_silenced()]


def trouble_of(message: checks.CheckMessage) -> Finding:
    """A message of Django's as a finding."""
    return Finding(f"{message.id}: {message.msg}", message.hint or "manage.py check --deploy")
