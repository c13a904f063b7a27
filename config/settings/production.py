"""Production: every address and secret comes from the environment, and nothing starts without them."""

from config.env import cache, database, env, mail, read_dotenv, redis, refuse, required, secret, secrets, signing_keys

read_dotenv()

from config.settings.base import *  # noqa: E402 -- reads settings when it is imported

if env.str("EARSHOT_FAILPOINTS", ""):
    refuse("EARSHOT_FAILPOINTS lets processes die; it is for proofs alone. Take it out of the environment.")
SECRET_KEY = secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = secrets("SECRET_KEY_FALLBACKS")
JWT_SIGNING_KEYS = signing_keys(env.str("JWT_SIGNING_KEY", ""))
if {SECRET_KEY, *SECRET_KEY_FALLBACKS} & {key.secret for key in JWT_SIGNING_KEYS}:
    refuse("SECRET_KEY and JWT_SIGNING_KEY are the same; make JWT_SIGNING_KEY a secret of its own.")

SITE_URL = required("SITE_URL").rstrip("/")
if not SITE_URL.startswith("https://"):
    refuse("SITE_URL must begin with https://; listeners' passwords travel over it.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [SITE_URL.removeprefix("https://").split("/")[0].split(":")[0]])
if "*" in ALLOWED_HOSTS:
    refuse("ALLOWED_HOSTS must name the hosts; * lets anybody forge the addresses of this site.")

if GOOGLE and not GOOGLE.issuer.startswith("https://"):
    refuse("GOOGLE_ISSUER must begin with https://; what it says decides who signs in.")

DATABASES = {"default": database(required("DATABASE_URL"))}
_redis = redis(required("REDIS_URL"))
CELERY_BROKER_URL = _redis.broker
CACHES = {"default": cache(_redis.cache)}
REALTIME_URL = _redis.cache

MEDIA_ROOT = required("MEDIA_ROOT")
FILE_UPLOAD_TEMP_DIR = env.str("WORK_ROOT", f"{MEDIA_ROOT}/tmp")  # noqa: S108 -- not the machine's /tmp
WORK_ROOT = FILE_UPLOAD_TEMP_DIR
globals().update(mail(required("EMAIL_URL")))
EMAIL_TIMEOUT = 10
DEV_PAGES = False

CSRF_COOKIE_SECURE = True
SESSION_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", True)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", True)
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
