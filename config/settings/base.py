"""What holds everywhere. Addresses and secrets come from dev.py, test.py or production.py."""

from datetime import timedelta
from pathlib import Path

from corsheaders.defaults import default_headers
from csp.constants import NONE, SELF

from config.env import (  # noqa: F401 -- settings too
    ACCESS_TOKEN_LIFETIME,
    SESSION_LIFETIME,
    bucket,
    default_storage,
    env,
    google,
    secret,
)
from config.settings.beat import CELERY_BEAT_SCHEDULE  # noqa: F401 -- a setting too
from config.settings.budgets import RATE_LIMITS  # noqa: F401 -- likewise
from config.settings.openapi import SPECTACULAR_SETTINGS  # noqa: F401 -- likewise

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VERSION = "0.1.0"

DEBUG = False
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

INSTALLED_APPS = [
    "accounts",  # before django.contrib.auth: its `changepassword` stands for Django's
    "accounts.apps.StaffAdminConfig",  # django.contrib.admin, whose door asks for a second factor
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "corsheaders",
    "csp",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "config",
    "billing",
    "social",
    "engagement",
    "discovery",
    "playlists",
    "tracks",
]

MIDDLEWARE = [
    "config.lib.requests.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.lib.requests.SlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.composed.context.site",
            ],
        },
    },
]

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-collected"
STATICFILES_DIRS = [BASE_DIR / "static"]

# --- the site --------------------------------------------------------------------------------------------------------
# These two hold until somebody writes the row `Instance` in the admin.
INSTANCE_NAME = env.str("INSTANCE_NAME", "Earshot")
# Where visitors find the source of what runs here; the licence wants it offered to them.
SOURCE_URL = env.str("SOURCE_URL", "")
TERMS_VERSION = env.str("TERMS_VERSION", "1")
SITE_NAME_SOURCE = "accounts.queries.instance_name"
# How many reverse proxies in front append to X-Forwarded-For. Zero: the header is not looked at.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)

# Who may read /metrics from elsewhere sends it as a bearer token; without one, only this machine may.
METRICS_TOKEN = secret("METRICS_TOKEN") if env.str("METRICS_TOKEN", "") else ""
# Where a worker tells its figures, as host:port; without one, it does not. Not for an address that the public reaches.
METRICS_ADDRESS = env.str("METRICS_ADDRESS", "")

# --- people ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.LoginBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
# Signing in with Google, or with another issuer of OpenID Connect in its place; None: off.
GOOGLE = google()
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
# Whether staff enter the admin without a second factor. Who has one is always asked for it.
ADMIN_SECOND_FACTOR = "required"

UNVERIFIED_LIFETIME = timedelta(days=1)
COOKIES_SECURE = True

# --- captcha ---------------------------------------------------------------------------------------------------------
# reCAPTCHA's two keys; without them nobody is asked.
RECAPTCHA_SITE_KEY = env.str("RECAPTCHA_SITE_KEY", "")
RECAPTCHA_SECRET = env.str("RECAPTCHA_SECRET", "")
RECAPTCHA_DOMAIN = env.str("RECAPTCHA_DOMAIN", "www.google.com")
RECAPTCHA_VERIFY_REQUEST_TIMEOUT = 3

# --- the API ---------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.AccessTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["config.lib.permissions.PolicyPermission"],
    "DEFAULT_RENDERER_CLASSES": ["config.lib.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.lib.parsers.OrjsonParser"],
    "DEFAULT_PAGINATION_CLASS": "config.lib.pagination.NewestFirst",
    "DEFAULT_SCHEMA_CLASS": "config.lib.openapi.ProblemAwareSchema",
    "EXCEPTION_HANDLER": "config.lib.problems.problem_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "DATETIME_FORMAT": "iso-8601",
    "URL_FORMAT_OVERRIDE": None,
}
# The package's own tokens have no key, so that nothing is signed or read with them: accounts.tokens has one a kind.
SIMPLE_JWT = {"SIGNING_KEY": None}
# django-ratelimit counts the posts of form logins. Without a cache they pass: the password check counts for itself.
RATELIMIT_FAIL_OPEN = True
EVENT_ROUTES = "config.event_routes.ROUTES"
FRAME_ROUTES = "config.frame_routes.FRAMES"
# What upper apps do in the transaction of a lower one: with what is kept in spaces, and before somebody may leave.
SPACE_KEEPERS = "config.composed.keepers.KEEPERS"
# What opens tracks that upper apps know of: keys to more than one of them.
TRACK_OPENERS = "config.composed.openers.TRACK_OPENERS"
LEAVING_CHECKS = "config.composed.keepers.LEAVING_CHECKS"
# What can be shared by links, and which tracks a link to it opens.
SHARE_KINDS = "config.composed.sharing.KINDS"
# How many spaces one person is in, and how many invitations to one space wait for an answer, at the most.
SPACES_MOST = env.int("SPACES_MOST", 100)
SPACE_INVITATIONS_MOST = env.int("SPACE_INVITATIONS_MOST", 100)
# Sockets that a person, or an address without sign-in, may have open in one process.
SOCKETS_PER_CALLER = env.int("SOCKETS_PER_CALLER", 20)
EVENT_ATTEMPTS = 10
# A delivery whose task was sent is sent again after so long without being done: the broker or a worker lost it.
EVENT_RESEND_AFTER_S = 60

# --- files -----------------------------------------------------------------------------------------------------------
# A bucket that speaks S3, or None for the folder MEDIA_ROOT.
BUCKET = bucket(env.str("STORAGE_URL", ""), public=env.str("STORAGE_PUBLIC_URL", ""))
STORAGES = {
    "default": default_storage(BUCKET),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Where browsers are sent for sound and pictures, beside this site.
MEDIA_ORIGINS = [BUCKET.origin] if BUCKET else []

# --- browsers --------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "base-uri": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF, *([GOOGLE.origin] if GOOGLE else [])],  # where "Continue with Google" leads
        "frame-ancestors": [NONE],
        "img-src": [SELF, "data:", *MEDIA_ORIGINS],
        "manifest-src": [SELF],
        "media-src": [SELF, "blob:", *MEDIA_ORIGINS],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
    }
}
CORS_ALLOWED_ORIGINS: list[str] = env.list("CORS_ALLOWED_ORIGINS", [])
CORS_URLS_REGEX = r"^/(api|media)/"
CORS_ALLOW_HEADERS = [*default_headers, "idempotency-key"]
CORS_EXPOSE_HEADERS = ["ETag", "Idempotent-Replayed", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID"]
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
CSRF_FAILURE_VIEW = "config.lib.problems.csrf_failure"
CSRF_COOKIE_NAME = "earshot_csrf"
SESSION_COOKIE_NAME = "earshot_admin"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- uploads ---------------------------------------------------------------------------------------------------------
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", 4 * 1024**3)
# Resumable uploads: how long after its last byte one is kept, and how many a person may have that are no track yet.
UPLOAD_LIFETIME = timedelta(hours=24)
UPLOADS_WAITING_MOST = 20
# Nobody begins an upload that would leave less than this on the disk.
KEEP_FREE_BYTES = env.int("KEEP_FREE_BYTES", 1024**3)
JSON_MAX_BYTES = 1024**2
DATA_UPLOAD_MAX_MEMORY_SIZE = JSON_MAX_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 2
FILE_UPLOAD_HANDLERS = ["config.lib.spools.TidyUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750

# --- proofs ----------------------------------------------------------------------------------------------------------
FAILPOINTS = ""  # config.lib.failpoints; never in production

# --- sound -----------------------------------------------------------------------------------------------------------
TRACK_MAX_DURATION_MS = env.int("TRACK_MAX_DURATION_MS", 24 * 3600 * 1000)
PROCESSING_HEARTBEAT_S = 10
PROCESSING_LEASE_S = 30
PROCESSING_ATTEMPTS = 3

# --- plays -----------------------------------------------------------------------------------------------------------
# Words in the names of programs that are no listeners, beside those that are known (engagement/plays/callers.py).
PLAY_ROBOTS: list[str] = env.list("PLAY_ROBOTS", [])
# After how many months what was heard is dropped from the ledger; the figures of its days stay. 0: never.
PLAYS_KEPT_MONTHS = env.int("PLAYS_KEPT_MONTHS", 0)
# Where a trusted proxy (TRUSTED_PROXY_COUNT) writes the country of a listener, as two letters. Empty: nowhere.
COUNTRY_HEADER = env.str("COUNTRY_HEADER", "")

# --- work in the background ------------------------------------------------------------------------------------------
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
# A long sound is worked on elsewhere than the short ones, which never wait behind it.
AUDIO_QUEUES = {"short": "audio", "long": "audio-long"}
CELERY_TASK_ROUTES = [
    "config.celery.audio_queue",
    {"accounts.mail_*": {"queue": "mail"}},
    # Gigabytes to be copied: nothing short waits behind them.
    {"privacy.export_account": {"queue": "audio-long"}, "privacy.erase_account": {"queue": "audio-long"}},
]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# The visibility timeout outlives the longest job: lease rows and the sweeper, not the broker, hand work back.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 48 * 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "retry_policy": {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "timeout": 2},
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Earshot <noreply@localhost>")

LOG_FORMAT = env.str("LOG_FORMAT", "json")
LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
LOGGING_CONFIG = "config.lib.logs.configure"
LOGGING = {"format": LOG_FORMAT, "level": LOG_LEVEL}
