"""What a request tells of who plays something and where they come from. Addresses and names of programs are looked at
and not kept."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from config.lib.limits.budgets import PLAYS_ADDRESS, budget
from config.lib.limits.limiter import draw
from config.lib.limits.subjects import address_subject
from config.lib.viewer import Viewer
from engagement.plays.choices import Outcome
from engagement.plays.services import Caller, Origin

# Programs that say so themselves; https://www.rfc-editor.org/rfc/rfc9110#name-user-agent
ROBOTS = (
    "bot", "crawl", "spider", "slurp", "scrape", "fetcher", "facebookexternalhit", "preview", "monitor", "pingdom",
    "uptime", "lighthouse", "headlesschrome", "phantomjs", "archiver", "validator", "wget",
)  # fmt: skip
# With these somebody plays things as themselves, by a program of their own; as nobody they count for nothing.
LIBRARIES = (
    "curl", "python", "httpx", "aiohttp", "go-http-client", "java/", "libwww", "node-fetch", "undici", "ruby",
    "php", "perl", "scrapy", "postman",
)  # fmt: skip
COUNTRY = re.compile(r"[A-Z]{2}")
# What proxies write where they do not know: unknown, and the Tor network.
NO_COUNTRY = {"XX", "T1"}
HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


def caller_of(request: HttpRequest, viewer: Viewer) -> Caller:
    """Who plays something."""
    agent = request.headers.get("User-Agent", "")
    return Caller(user_id=viewer.user_id, address=address_subject(request), user_agent=agent)


def origin_of(request: HttpRequest, caller: Caller, *, referrer: str) -> Origin:
    """Where a play comes from. Counts it for its address."""
    crowd = not draw(budget(PLAYS_ADDRESS), subject=caller.address).allowed
    barred = Outcome.BOT if is_bot(caller) else Outcome.CROWD if crowd else ""
    return Origin(barred=barred, referrer=referrer_of(request, referrer), country=country_of(request))


def is_bot(caller: Caller) -> bool:
    """Whether it says that it is a program and no listener. Nobody's player says nothing at all."""
    agent = caller.user_agent.lower().replace("cubot", "")  # telephones
    words = (*ROBOTS, *map(str.lower, settings.PLAY_ROBOTS))
    if caller.user_id is None:
        words += LIBRARIES
        if not agent:
            return True
    return any(word in agent for word in words)


def referrer_of(request: HttpRequest, given: str) -> str:
    """The name of the site that led here, of what the player says or of where the call comes from; not our own."""
    host = host_of(given) or host_of(request.headers.get("Referer", ""))
    return "" if host in {request.get_host().partition(":")[0].lower(), host_of(settings.SITE_URL)} else host


def host_of(url: str) -> str:
    """The host of an address of the web, without port and `www.`; empty where it has none."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    return host if parts.scheme in {"http", "https"} and HOST.fullmatch(host) else ""


def country_of(request: HttpRequest) -> str:
    """The country that a trusted proxy tells, as two letters; empty where none does."""
    if not (settings.COUNTRY_HEADER and settings.TRUSTED_PROXY_COUNT):
        return ""
    told = request.headers.get(settings.COUNTRY_HEADER, "").strip().upper()
    return told if COUNTRY.fullmatch(told) and told not in NO_COUNTRY else ""
