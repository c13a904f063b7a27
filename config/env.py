"""The environment, read in one place; what is missing or unsafe is said in one sentence."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit, urlunsplit

from environs import Env
from limits import parse
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from config.lib.bucket import Bucket, client_config
from config.lib.oidc import OidcClient

env = Env()

ACCESS_TOKEN_LIFETIME = timedelta(minutes=10)
SESSION_LIFETIME = timedelta(days=30)  # absolute: a refresh never moves it
STANDING_TOKEN_LIFETIME = timedelta(hours=1)
SHORTEST_SECRET = 32
SERVICE_NAME = re.compile(r"(?!base|test$|console$)[a-z][a-z0-9_]*")  # those are the package's own, and send nothing
KEY_NAME = re.compile(r"[A-Za-z0-9._-]{1,32}")
WELL_KNOWN = ("change", "default", "django-insecure", "example", "password", "secret")


def read_dotenv() -> None:
    """Take from the project's file `.env` what the environment does not say. Before the first setting is read."""
    env.read_env(str(Path(__file__).resolve().parent.parent / ".env"), recurse=False)


def refuse(sentence: str) -> NoReturn:
    """End the process with one sentence: no traceback helps an operator with a missing setting."""
    raise SystemExit(f"Earshot does not start: {sentence}")


def secret(name: str) -> str:
    """The secret `name`; without it, or with one that anybody could guess, the process ends."""
    return strong(name, env.str(name, ""))


def secrets(name: str) -> list[str]:
    """The secrets that `name` lists between commas; none without it."""
    listed: list[str] = env.list(name, [])
    return [strong(name, value) for value in listed]


def strong(name: str, value: str) -> str:
    """`value`, which is the secret `name` or one of several; what anybody could guess ends the process."""
    if not value:
        refuse(f"{name} is not set; put {name}=$(openssl rand -hex 32) into the environment.")
    if len(value) < SHORTEST_SECRET or value.lower().startswith(WELL_KNOWN) or len(set(value)) < 8:
        refuse(f"{name} is a default or too easy to guess; put {name}=$(openssl rand -hex 32) into the environment.")
    return value


@dataclass(frozen=True)
class SigningKey:
    """A secret under which tokens are signed, and the name (`kid`) that they carry in their header."""

    kid: str
    secret: str = field(repr=False)


def signing_keys(listed: str) -> tuple[SigningKey, ...]:
    """The keys of `kid:secret,kid:secret`: the first one signs, all of them verify.

    A secret without a name gets one from its digest, so that a single plain secret is such a list too.
    """
    keys = tuple(signing_key(part.strip()) for part in listed.split(","))
    if len({key.kid for key in keys}) < len(keys):
        refuse("JWT_SIGNING_KEY names two keys alike; each needs a name of its own.")
    return keys


def signing_key(text: str) -> SigningKey:
    """One `kid:secret`, or a secret alone."""
    name, colon, value = text.rpartition(":")
    value = strong("JWT_SIGNING_KEY", value)
    if not colon:
        return SigningKey(kid=sha256(value.encode()).hexdigest()[:8], secret=value)
    if not KEY_NAME.fullmatch(name):
        refuse("JWT_SIGNING_KEY has a key whose name is not 1 to 32 letters, digits, dots, dashes or underscores.")
    return SigningKey(kid=name, secret=value)


def required(name: str) -> str:
    """The setting `name`, which has no safe default."""
    value: str = env.str(name, "")
    if not value:
        refuse(f"{name} is not set; .env.example says what belongs there.")
    return value


def database(url: str) -> dict[str, Any]:
    """Django's settings for a libpq URL: a lasting connection for each thread, prepared statements, limits on waiting.

    Times: STATEMENT_TIMEOUT_MS ends a query (0 = never), LOCK_TIMEOUT_MS a wait for a lock. A server that does not
    answer is given up after two seconds, the shortest that libpq knows.
    """
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError:
        refuse("DATABASE_URL is not an address of a database; .env.example shows one.")
    return {
        "ENGINE": "config.lib.postgresql",
        "NAME": parts.pop("dbname", "earshot"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **parts,
            "connect_timeout": 2,
            "tcp_user_timeout": 3_000,  # ms; a server that vanished without a word
            "options": timeouts(),
            "server_side_binding": True,
            "prepare_threshold": 5,
        },
    }


def timeouts() -> str:
    """What every connection is told: how long a query, a wait for a lock, and an idle transaction may take."""
    limits = {
        "statement_timeout": env.int("STATEMENT_TIMEOUT_MS", 5_000),
        "lock_timeout": env.int("LOCK_TIMEOUT_MS", 2_000),
        "idle_in_transaction_session_timeout": 60_000,
    }
    return " ".join(f"-c {name}={value}" for name, value in limits.items())


def mail(address: str) -> dict[str, Any]:
    """Django's settings for `smtp://user:password@host:port`, `smtp+tls://…` (STARTTLS) or `smtp+ssl://…`, or for a
    service that django-anymail knows: `anymail+postmark:///?server_token=…` (its settings by their names there)."""
    parts = urlsplit(address)
    if parts.scheme.startswith("anymail+"):
        return mail_service(parts.scheme.removeprefix("anymail+").replace("-", "_"), dict(parse_qsl(parts.query)))
    ports = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
    if parts.scheme not in ports or not parts.hostname:
        refuse("EMAIL_URL is not an address of a mail server; .env.example shows one.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtp+ssl",
    }


def mail_service(name: str, options: dict[str, str]) -> dict[str, Any]:
    """Django's settings for a service of django-anymail, `postmark` or `amazon_ses`, with its options."""
    if not SERVICE_NAME.fullmatch(name) or find_spec(f"anymail.backends.{name}") is None:
        refuse("EMAIL_URL names a mail service that is not known; .env.example shows one.")
    known = {f"{name}_{option}".upper(): value for option, value in options.items()}
    return {
        "EMAIL_BACKEND": f"anymail.backends.{name}.EmailBackend",
        "ANYMAIL": {**known, "REQUESTS_TIMEOUT": (3, 10)},  # seconds, to connect and for the answer
    }


@dataclass(frozen=True)
class RedisAddresses:
    """One server, one logical database for each use, so that flushing the cache loses no task."""

    broker: str
    cache: str


def redis(url: str, *, first: int = 0) -> RedisAddresses:
    """Addresses for Celery and for the cache, from `redis://host:port` or `unix:///path`: logical databases `first` and
    the one after it."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return RedisAddresses(
            broker=f"redis+socket://{parts.path}?virtual_host={first}",
            cache=f"unix://{parts.path}?db={first + 1}",
        )
    return RedisAddresses(
        broker=urlunsplit(parts._replace(path=f"/{first}")),
        cache=urlunsplit(parts._replace(path=f"/{first + 1}")),
    )


def cache(address: str, *, patience_s: float = 0.25) -> dict[str, Any]:
    """Django's CACHES entry for a Redis address; no call waits longer than that to connect or for an answer."""
    return {
        "BACKEND": "config.lib.caches.GuardedRedisCache",
        "LOCATION": address,
        "OPTIONS": {"socket_timeout": patience_s, "socket_connect_timeout": patience_s},
    }


def rate_limits(**amounts: str) -> dict[str, str]:
    """The budgets by name, `5/5 minutes`; what the environment says of one (RATE_LIMITS_READS) goes before."""
    limits: dict[str, str] = {name: env.str(f"RATE_LIMITS_{name.upper()}", amount) for name, amount in amounts.items()}
    for name, amount in limits.items():
        try:
            parse(amount)
        except ValueError:
            refuse(f"RATE_LIMITS_{name.upper()} is no amount; write it like 5/5 minutes.")
    return limits


def bucket(address: str, *, public: str) -> Bucket | None:
    """The bucket behind `s3://key:secret@host/name?region=…` (`s3+http://` without TLS); None for an empty address.

    Without a host it is Amazon's: `s3://key:secret@/name?region=…`. `public`: under which address browsers reach it.
    """
    if not address:
        return None
    parts = urlsplit(address)
    name = parts.path.strip("/")
    if parts.scheme not in {"s3", "s3+http"} or not name or "/" in name or not (parts.username and parts.password):
        refuse("STORAGE_URL is not an address of a bucket; .env.example shows one.")
    host = parts.netloc.rpartition("@")[2]
    scheme = "http" if parts.scheme == "s3+http" else "https"
    return Bucket(
        name=name,
        endpoint=f"{scheme}://{host}" if host else None,
        public=public.rstrip("/") or None,
        region=parse_qs(parts.query).get("region", ["us-east-1"])[0],
        access_key=unquote(parts.username),
        secret_key=unquote(parts.password),
    )


def google() -> OidcClient | None:
    """Who we are to Google, or to the issuer that stands in its place; None: nobody."""
    return openid_client(
        client_id=env.str("GOOGLE_CLIENT_ID", ""),
        client_secret=env.str("GOOGLE_CLIENT_SECRET", ""),
        issuer=env.str("GOOGLE_ISSUER", "https://accounts.google.com"),
        app_client_ids=env.list("GOOGLE_APP_CLIENT_IDS", []),
        redirect_uris=env.list("GOOGLE_REDIRECT_URIS", []),
    )


def openid_client(
    *, client_id: str, client_secret: str, issuer: str, app_client_ids: list[str], redirect_uris: list[str]
) -> OidcClient | None:
    """Who we are to an issuer; None without a client id. With one but no secret the process ends."""
    if not client_id:
        return None
    if not client_secret:
        refuse("GOOGLE_CLIENT_ID is set and GOOGLE_CLIENT_SECRET is not; Google gives out both together.")
    return OidcClient(
        issuer=issuer.rstrip("/"),
        client_id=client_id,
        client_secret=client_secret,
        audiences=frozenset({client_id, *app_client_ids}),
        redirect_uris=frozenset(redirect_uris),
    )


def default_storage(where: Bucket | None) -> dict[str, Any]:
    """Django's STORAGES entry: a folder, or a bucket whose objects nobody reads without a signature."""
    if where is None:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    return {
        "BACKEND": "config.lib.bucket_storage.BucketStorage",
        "OPTIONS": {
            "bucket_name": where.name,
            "access_key": where.access_key,
            "secret_key": where.secret_key,
            "endpoint_url": where.endpoint,
            "region_name": where.region,
            "file_overwrite": False,
            "default_acl": None,
            "max_memory_size": 1024**2,
            "client_config": client_config(where),
        },
    }
