"""Looks at what every process needs: database, Redis, broker, storage, mail."""

import shutil
import uuid
from collections.abc import Iterator

import psycopg
from celery import current_app
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from config.lib import storage
from config.lib.doctor import Finding, first_line
from config.lib.doctor.custody import PROBE_ROOT
from config.lib.events.relay import address
from config.lib.redis import shared_redis

SHORT_S = 2.0
LEAST_FREE_BYTES = 1024**3
GIBIBYTE = 1024**3
START_REDIS = "start Redis or Valkey, or correct REDIS_URL"
START_WORKER = "systemctl start earshot-worker (celery -A config worker --queues audio,fanout,default,mail)"


def database() -> Iterator[Finding]:
    """PostgreSQL answers."""
    try:
        # Not through the pool, which tries again and again and keeps the reason to itself.
        with psycopg.connect(**address(), connect_timeout=int(SHORT_S)) as link:
            [(version,)] = link.execute("SHOW server_version").fetchall()
        yield Finding(f"PostgreSQL {version} answers")
    except psycopg.Error as error:
        remedy = "start PostgreSQL, or correct DATABASE_URL: psql $DATABASE_URL -c 'SELECT 1'"
        yield Finding(f"PostgreSQL does not answer ({first_line(error)})", remedy)


def migrations() -> Iterator[Finding]:
    """The schema is the one that this code expects."""
    executor = MigrationExecutor(connection)
    pending = [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    if pending:
        yield Finding(f"{len(pending)} migrations are not applied, the first is {pending[0]}", "manage.py migrate")
    else:
        yield Finding("every migration is applied")


def redis() -> Iterator[Finding]:
    """Redis takes a value. It is asked past its breaker: whether it is there now."""
    try:
        shared_redis().client.set("doctor", "well", ex=5)
        yield Finding("Redis takes a value")
    except (RedisError, OSError) as error:
        yield Finding(f"Redis does not answer ({first_line(error)})", START_REDIS)


def broker() -> Iterator[Finding]:
    """Celery's broker takes connections."""
    try:
        with current_app.connection_for_write() as link:
            link.ensure_connection(max_retries=1, interval_start=0, timeout=SHORT_S)
        yield Finding("the broker answers")
    except (OperationalError, OSError) as error:
        yield Finding(f"the broker does not answer ({first_line(error)})", START_REDIS)


def workers() -> Iterator[Finding]:
    """At least one worker answers."""
    answers = current_app.control.ping(timeout=SHORT_S, limit=1)
    if answers:
        yield Finding(f"{next(iter(answers[0]))} answers")
    else:
        yield Finding("no worker answers: nothing is processed and no mail is sent", START_WORKER)


def stored_objects() -> Iterator[Finding]:
    """The storage takes an object and lets go of it, and there is room for more."""
    folder = f"{PROBE_ROOT}/{uuid.uuid4().hex}"
    try:
        storage.store(key=f"{folder}/probe", content=ContentFile(b"well"))
        storage.delete_with_folders(key=f"{folder}/probe")
        yield Finding("the storage takes an object and lets go of it")
    except OSError as error:
        remedy = f"let this user write there: chown -R $(id -un) {settings.MEDIA_ROOT}"
        yield Finding(f"the storage takes nothing ({first_line(error)})", remedy)
    yield from room()


def room() -> Iterator[Finding]:
    """There is room for uploads and for the work on them."""
    for name in dict.fromkeys((str(settings.MEDIA_ROOT), str(settings.WORK_ROOT))):
        try:
            free = shutil.disk_usage(name).free
        except OSError as error:
            yield Finding(f"{name} cannot be looked at ({first_line(error)})", f"mkdir -p {name}")
            continue
        sentence = f"{free / GIBIBYTE:.1f} GiB are free for {name}"
        yield Finding(sentence, f"make room: du -xsh {name}/*" if free < LEAST_FREE_BYTES else "")


def mail() -> Iterator[Finding]:
    """The mail server lets us in; nothing is sent."""
    try:
        backend = get_connection(timeout=SHORT_S)
        if isinstance(backend, EmailBackend):
            backend.open()
            backend.close()
            yield Finding(f"the mail server {backend.host}:{backend.port} lets us in")
        else:
            yield Finding(f"mails go to {type(backend).__module__}")
    except (OSError, ImproperlyConfigured) as error:
        yield Finding(f"no mail can be sent ({first_line(error)})", "correct EMAIL_URL, or start the mail server")
