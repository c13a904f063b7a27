"""Every operation that reads, and how it is asked for somebody: what is new has to be said here."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import yaml
from django.conf import settings
from django.urls import URLPattern, get_resolver

from config.tests.sweep.world import World


class Look(Enum):
    """What an operation or a page has of others."""

    SHOWS = "it shows what is of others, where nothing parts the two"
    KEEPS = "one's own, the site's, or what only an owner reads: nothing of others in any case"
    OWN_BLOCKS = "what names whom one blocks, so that one can undo it"
    LIVE = "what happened; its frames have a sweep of their own"


# Every GET of docs/openapi.yaml.
LOOKS = {
    "/api/v1/auth/connections/": Look.KEEPS,
    "/api/v1/auth/sessions/": Look.KEEPS,
    "/api/v1/billing/plans/": Look.KEEPS,
    "/api/v1/billing/usage/": Look.KEEPS,
    "/api/v1/comments/{id}/replies/": Look.SHOWS,
    "/api/v1/feed/": Look.SHOWS,
    "/api/v1/feed/home/": Look.SHOWS,
    "/api/v1/instance/": Look.KEEPS,
    "/api/v1/live/": Look.LIVE,
    "/api/v1/me/": Look.KEEPS,
    "/api/v1/me/blocks/": Look.OWN_BLOCKS,
    "/api/v1/me/continue-listening/": Look.SHOWS,
    "/api/v1/me/history/": Look.SHOWS,
    "/api/v1/me/stats/": Look.KEEPS,
    "/api/v1/me/export/": Look.KEEPS,
    "/api/v1/me/invitations/": Look.SHOWS,
    "/api/v1/me/invites/": Look.KEEPS,
    "/api/v1/me/likes/playlists/": Look.SHOWS,
    "/api/v1/me/likes/posts/": Look.SHOWS,
    "/api/v1/me/likes/tracks/": Look.SHOWS,
    "/api/v1/me/mutes/": Look.SHOWS,
    "/api/v1/me/playlists/": Look.KEEPS,
    "/api/v1/me/relationships/": Look.OWN_BLOCKS,
    "/api/v1/me/tokens/": Look.KEEPS,
    "/api/v1/me/tracks/": Look.KEEPS,
    "/api/v1/me/trash/": Look.SHOWS,
    "/api/v1/playlists/": Look.SHOWS,
    "/api/v1/playlists/{playlist}/": Look.SHOWS,
    "/api/v1/playlists/{playlist}/likers/": Look.SHOWS,
    "/api/v1/playlists/{playlist}/reposters/": Look.SHOWS,
    "/api/v1/playlists/{playlist}/share-links/": Look.KEEPS,
    "/api/v1/playlists/{playlist}/tracks/": Look.SHOWS,
    "/api/v1/posts/": Look.SHOWS,
    "/api/v1/posts/{post}/": Look.SHOWS,
    "/api/v1/posts/{post}/likers/": Look.SHOWS,
    "/api/v1/rate-limits/": Look.KEEPS,
    **dict.fromkeys(
        (
            "/api/v1/spaces/",
            "/api/v1/spaces/{space}/",
            "/api/v1/spaces/{space}/invitations/",
            "/api/v1/spaces/{space}/members/",
            "/api/v1/spaces/{space}/playlists/",
            "/api/v1/spaces/{space}/tracks/",
        ),
        Look.KEEPS,
    ),
    "/api/v1/tracks/": Look.SHOWS,
    "/api/v1/tracks/{track}/": Look.SHOWS,
    "/api/v1/tracks/{track}/comments/": Look.SHOWS,
    "/api/v1/tracks/{track}/comments/export/": Look.KEEPS,
    "/api/v1/tracks/{track}/likers/": Look.SHOWS,
    "/api/v1/tracks/{track}/processing/": Look.KEEPS,
    "/api/v1/tracks/{track}/reposters/": Look.SHOWS,
    "/api/v1/tracks/{track}/stats/": Look.KEEPS,
    "/api/v1/tracks/{track}/share-links/": Look.KEEPS,
    "/api/v1/tracks/{track}/streams/": Look.SHOWS,
    "/api/v1/tracks/{track}/waveform/": Look.SHOWS,
    "/api/v1/uploads/{upload}/": Look.KEEPS,
    "/api/v1/users/": Look.SHOWS,
    "/api/v1/users/{user}/": Look.SHOWS,
    "/api/v1/users/{user}/followers/": Look.SHOWS,
    "/api/v1/users/{user}/followings/": Look.SHOWS,
    "/api/v1/users/{user}/likes/": Look.SHOWS,
    "/api/v1/users/{user}/playlists/": Look.SHOWS,
    "/api/v1/users/{user}/posts/": Look.SHOWS,
    "/api/v1/users/{user}/reposts/": Look.SHOWS,
    "/api/v1/users/{user}/tracks/": Look.SHOWS,
}
# Every page that is not the API's, the admin's or a stored file's.
PAGES = {
    **dict.fromkeys(
        (
            "/join/",
            "/login/",
            "/settings/",
            "/settings/security/",
            "/login/google/",
            "/spaces/invitations/",
            "/spaces/{space_id}/",
            "/upload/",
            "/forgot-password/",
            "/verify-email/",
            "/reset-password/",
            "/change-email/",
            "/terms/",
            "/docs/",
            "/errors/",
        ),
        Look.KEEPS,
    ),
    "/": Look.SHOWS,
    "/settings/trash/": Look.SHOWS,
    "/spaces/": Look.SHOWS,
    "/{username}/": Look.SHOWS,
    "/{username}/{permalink}/": Look.SHOWS,
    "/{username}/sets/{permalink}/": Look.SHOWS,
}
NO_PAGES = {
    "/dev/mail/": "the mails of everybody, on a machine where somebody tries the site out",
    "/health/live/": "for machines",
    "/health/ready/": "for machines",
    "/metrics": "for machines; numbers",
    "/s/{token}/": "opened by what was handed out: a test of its own",
    "/media/{capability}/download": "opened by what was handed out: a test of its own",
    "/media/{capability}/export": "one's own archive: a test of its own",
    "/media/{capability}/{name}": "opened by what was handed out: a test of its own",
    "/files/{key}/{name}": "a picture under a name of 128 random bits, the same for everybody",
}
MACHINES = ("/api/", "/admin/", "/static/")

# Words of a query that name nobody and nothing, with what they are asked with ("": not at all).
NEUTRAL = {
    "limit": "100",
    "form": "json",
    **dict.fromkeys(("cursor", "license", "role", "type", "country", "since", "topic", "points", "v", "pinned"), ""),
    **dict.fromkeys(("from_ms", "to_ms", "from", "to", "interval"), ""),
    **dict.fromkeys(("created_after", "created_before"), ""),
    **dict.fromkeys(("bpm_min", "bpm_max", "duration_min_ms", "duration_max_ms"), ""),
}
# What lists can be ordered by is asked in every order, and those of one kind or another for every kind.
CHOICES = ("ordering", "kind")


@dataclass(frozen=True)
class Call:
    """One address that names the hidden, and the same one that names nothing; equal where it names neither."""

    path: str
    nowhere: str
    names: bool


def operations() -> dict[str, list[dict]]:
    """Path of every GET -> its parameters."""
    paths = yaml.safe_load((settings.BASE_DIR / "docs/openapi.yaml").read_text())["paths"]
    return {path: methods["get"].get("parameters", []) for path, methods in paths.items() if "get" in methods}


def pages() -> set[str]:
    """Every address outside the API, as the table writes it."""
    found: set[str] = set()

    def walk(patterns, prefix: str) -> None:
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                found.add(written(path))
            elif not f"/{path}".startswith(MACHINES):
                walk(pattern.url_patterns, path)

    walk(get_resolver().url_patterns, "")
    return {path for path in found if not path.startswith(MACHINES)}


def written(path: str) -> str:
    """`^files/(?P<key>[0-9a-f]{32})/$` and `files/<str:key>/` as `/files/{key}/`."""
    named = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"{\1}", path)
    plain = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", named)
    return "/" + plain.replace("^", "").replace("$", "").replace("\\.", ".")


def calls(path: str, parameters: list[dict], *, world: World) -> Iterator[Call]:
    """Every way of asking an operation for the hidden, and every way of asking it about others."""
    query = [parameter for parameter in parameters if parameter["in"] == "query"]
    questions = list(queries(query, world=world))
    for n, (place, nowhere, names) in enumerate(places(path, world=world)):
        # By every name once, and under the first one every question.
        for asked, instead, asks in questions[:1] if n and names else questions:
            yield Call(place + asked, nowhere + instead, names=names or asks)


def places(path: str, *, world: World) -> Iterator[tuple[str, str, bool]]:
    """The path with what it names; (for the hidden, for nothing, whether it names the hidden)."""
    names = re.findall(r"\{(\w+)\}", path)
    if not names:
        yield path, path, False
        return
    unknown = set(names) - set(world.named)
    assert not unknown, f"what is {unknown} of the hidden? Say it in World.named"
    for chosen in itertools.product(*[world.named[name] for name in names]):
        there, nowhere = (dict(zip(names, values, strict=True)) for values in zip(*chosen, strict=True))
        yield path.format(**there), path.format(**nowhere), True
    for others in world.others_named(names):
        yield path.format(**others), path.format(**others), False


def queries(parameters: list[dict], *, world: World) -> Iterator[tuple[str, str, bool]]:
    """Every query that names the hidden, one word at a time, beside the same one that names nothing."""
    names = {parameter["name"]: parameter["schema"] for parameter in parameters}
    unknown = set(names) - set(NEUTRAL) - set(world.asked) - set(CHOICES)
    assert not unknown, f"does {unknown} name anything of somebody's? Say it in World.asked or in NEUTRAL"
    always = "".join(f"&{name}={NEUTRAL[name]}" for name in names if NEUTRAL.get(name))
    chosen = [f"&{name}={value}" for name in CHOICES for value in names.get(name, {}).get("enum", ())]
    for choice in ("", *chosen):
        text = (choice + always).replace("&", "?", 1)
        yield text, text, False
    for name in names:
        for there, nowhere in world.asked.get(name, ()):
            yield f"?{name}={there}{always}", f"?{name}={nowhere}{always}", True
