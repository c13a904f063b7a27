"""The test suite: the same services as everywhere, cheap password hashes, mails in memory."""

from config.embedded.places import Places
from config.env import cache, database, env, redis, signing_keys
from config.settings import budgets
from config.settings.base import *

PLACES = Places.from_environment()
PLACES.make()

SECRET_KEY = "only-for-tests-" + "s" * 40
JWT_SIGNING_KEYS = signing_keys("only-for-tests-" + "j" * 40)
SITE_URL = "http://earshot.test"
ALLOWED_HOSTS = ["earshot.test", "testserver", "127.0.0.1", "localhost"]

DATABASES = {"default": database(env.str("DATABASE_URL"))}
DATABASES["default"] |= {"ENGINE": "config.tests.postgresql", "TEST": {"NAME": "earshot_test"}}
# A pair of logical databases for each process of the suite, so that none empties another's queue.
_redis = redis(env.str("REDIS_URL"), first=2 * int(env.str("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")))
CELERY_BROKER_URL = _redis.broker
# A busy machine is no outage; the tests of outages bring a Redis and a patience of their own.
CACHES = {"default": cache(_redis.cache, patience_s=10)}
REALTIME_URL = _redis.cache

# Limits are on and far away: the whole suite calls from one address.
RATE_LIMITS = dict.fromkeys(budgets.RATE_LIMITS, "100000/minute")

MEDIA_ROOT = PLACES.media
FILE_UPLOAD_TEMP_DIR = PLACES.tmp
WORK_ROOT = PLACES.tmp
FAILPOINTS = env.str("EARSHOT_FAILPOINTS", "")
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEV_PAGES = True

COOKIES_SECURE = False
ADMIN_SECOND_FACTOR = "optional"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING = {"format": "json", "level": "WARNING"}
