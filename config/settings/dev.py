"""Development and `make run`: everything lives in EARSHOT_HOME, secrets too; mails are written to a folder.

The file `.env` is production's: what it says of databases and addresses is not meant here.
"""

from config.embedded.places import Places
from config.env import cache, database, env, redis, signing_keys
from config.lib.secrets import kept_secret
from config.settings.base import *

PLACES = Places.from_environment()
PLACES.make()

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = kept_secret(PLACES.home / "secret-key")
JWT_SIGNING_KEYS = signing_keys(kept_secret(PLACES.home / "jwt-key"))
SITE_URL = env.str("SITE_URL", f"http://127.0.0.1:{env.str('PORT', '8000')}")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *env.list("ALLOWED_HOSTS", [])]

DATABASES = {"default": database(env.str("DATABASE_URL", PLACES.database_url))}
_redis = redis(env.str("REDIS_URL", PLACES.redis_url))
CELERY_BROKER_URL = _redis.broker
CACHES = {"default": cache(_redis.cache)}
REALTIME_URL = _redis.cache

MEDIA_ROOT = PLACES.media
FILE_UPLOAD_TEMP_DIR = PLACES.tmp
WORK_ROOT = PLACES.tmp
FAILPOINTS = env.str("EARSHOT_FAILPOINTS", "")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = PLACES.mail
DEV_PAGES = True

COOKIES_SECURE = False
ADMIN_SECOND_FACTOR = "optional"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
LOG_FORMAT = env.str("LOG_FORMAT", "console")
LOGGING = {"format": LOG_FORMAT, "level": env.str("LOG_LEVEL", "INFO")}
