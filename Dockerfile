# One image for every process: web, sockets, worker, beat and the migrations.
# The base is named by its exact tag. Where you can reach the registry, add the digest that
# `docker buildx imagetools inspect python:3.13.12-slim-bookworm` prints.

FROM python:3.13.12-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
COPY requirements.txt /tmp/requirements.txt
# Every package by its hash; wheels only, so that nothing is compiled and no build script runs.
RUN /venv/bin/pip install --require-hashes --only-binary=:all: -r /tmp/requirements.txt


FROM python:3.13.12-slim-bookworm AS earshot
# Debian's ffmpeg gets Debian's security updates: a version pinned here would stop the build at the next one.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ffmpeg tini \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 earshot \
 && useradd --uid 10001 --gid earshot --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin earshot \
 && install --directory --owner=earshot --group=earshot --mode=0750 /srv/earshot /srv/earshot/media /srv/earshot/media/tmp

COPY --from=packages /venv /venv
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    MEDIA_ROOT=/srv/earshot/media

# The code belongs to root: the process that serves it cannot change it.
WORKDIR /app
COPY . .

# The settings refuse to load without secrets. These are made here, die with this step and are in no layer.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_hex(32))')" \
    JWT_SIGNING_KEY="$(python -c 'import secrets; print(secrets.token_hex(32))')" \
    SITE_URL=https://build.invalid DATABASE_URL=postgresql://build.invalid/none REDIS_URL=redis://build.invalid \
    EMAIL_URL=smtp://build.invalid:25 \
    python manage.py collectstatic --no-input \
 && python -m compileall -q -j 0 accounts billing config discovery engagement playlists social tracks

USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "8", "--respawn-failed-workers", "config.wsgi:application"]
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 CMD ["python", "deploy/healthcheck.py"]
