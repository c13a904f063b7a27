"""The grammar of usernames, and which of them nobody may take."""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Collection, Iterator

GRAMMAR = re.compile(r"[a-z][a-z0-9_-]{2,29}\Z")
GRAMMAR_SENTENCE = "3 to 30 of a-z, 0-9, _ and -, beginning with a letter."
# What stands for somebody who was erased where others named them; nobody can take it, for it is reserved.
NOBODY = "deleted"
# An @ that stands in no address (`mail@example.org`, `example.org/@name`), and a name that ends there and goes on to no
# other host (`@name@example.org`).
MENTION = re.compile(r"(?<![\w@/.+-])@([A-Za-z][A-Za-z0-9_-]{2,29})(?![\w@-])")

# Root paths of the site, and names that would let somebody speak for it.
RESERVED = frozenset(
    [
        "about",
        "abuse",
        "accounts",
        "admin",
        "administrator",
        "announcements",
        "anonymous",
        "api",
        "app",
        "apps",
        "assets",
        "auth",
        "billing",
        "blog",
        "change-email",
        "charts",
        "contact",
        "copyright",
        "deleted",
        "dev",
        "discover",
        "docs",
        "download",
        "earshot",
        "email",
        "embed",
        "errors",
        "everyone",
        "explore",
        "faq",
        "feed",
        "files",
        "followers",
        "following",
        "forgot-password",
        "genres",
        "health",
        "help",
        "home",
        "hostmaster",
        "info",
        "instance",
        "jobs",
        "join",
        "legal",
        "library",
        "likes",
        "live",
        "login",
        "logout",
        "mail",
        "me",
        "media",
        "messages",
        "metrics",
        "moderation",
        "moderator",
        "news",
        "notifications",
        "null",
        "oauth",
        "oembed",
        "official",
        "playlists",
        "popular",
        "postmaster",
        "posts",
        "press",
        "privacy",
        "profile",
        "protected-media",
        "register",
        "reset-password",
        "root",
        "rss",
        "s",
        "schema",
        "search",
        "security",
        "settings",
        "share",
        "signup",
        "sitemap",
        "spaces",
        "staff",
        "static",
        "stations",
        "status",
        "stream",
        "streams",
        "stripe",
        "support",
        "system",
        "tags",
        "team",
        "terms",
        "tracks",
        "trash",
        "undefined",
        "upload",
        "uploads",
        "user",
        "username",
        "users",
        "verify",
        "verify-email",
        "webhook",
        "webhooks",
        "webmaster",
        "well-known",
        "www",
    ]
)
# What stands in the place of the name of an account that was erased.
TOMBSTONE = re.compile(r"deleted-[0-9]+\Z")
LOOK_ALIKES = (
    ("rn", "m"),
    ("vv", "w"),
    ("cl", "d"),
    ("0", "o"),
    ("1", "l"),
    ("i", "l"),
    ("3", "e"),
    ("4", "a"),
    ("5", "s"),
    ("7", "t"),
    ("-", ""),
    ("_", ""),
)


def normalized(name: str) -> str:
    """The one spelling under which a name is kept and compared."""
    return name.strip().lower()


def skeleton(name: str) -> str:
    """What a hurried eye sees: `adrnin`, `adm1n` and `ad-min` have the skeleton of `admin`."""
    for seen, read in LOOK_ALIKES:
        name = name.replace(seen, read)
    return name


RESERVED_SKELETONS = frozenset(skeleton(name) for name in RESERVED)


def is_well_formed(name: str) -> bool:
    """Whether `name`, already normalized, follows the grammar."""
    return bool(GRAMMAR.match(name))


def is_reserved(name: str) -> bool:
    """Whether `name` is kept for the site, or looks like one that is."""
    return skeleton(name) in RESERVED_SKELETONS or bool(TOMBSTONE.match(name))


def proposals(name: str) -> Iterator[str]:
    """Usernames for somebody of that name: `ada-lovelace`, then with digits behind it; all may be taken by then."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).lstrip("-0123456789")[:24].rstrip("-")
    if is_well_formed(base) and not is_reserved(base):
        yield base
    stem = base if len(base) > 2 and not is_reserved(base) else "newcomer"
    yield from (f"{stem}-{secrets.randbelow(90_000) + 10_000}" for _ in range(20))


def tombstone_name(user_id: int) -> str:
    """What an account is called once it is erased; nobody can register such a name."""
    return f"deleted-{user_id}"


def digest_of_name(name: str) -> str:
    """SHA-256 of a name, in hex: enough to know it again, and for nothing else."""
    return hashlib.sha256(f"username {name}".encode()).hexdigest()


def names_in(text: str) -> set[str]:
    """The usernames that a text mentions with an @, in the one spelling under which names are compared."""
    return {normalized(name) for name in MENTION.findall(text)}


def without_names(text: str, names: Collection[str]) -> str:
    """The text with nobody behind the mentions of these names (in their one spelling)."""
    return MENTION.sub(lambda found: f"@{NOBODY}" if normalized(found[1]) in names else found[0], text)
