"""Production starts only with everything it needs, and says in one sentence what is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import env

PROJECT = Path(__file__).resolve().parents[2]
MADE_UP_PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "Xo4Wq8-made-up-9tLr2VbN6kPz1sYd7HcMj5Ef3Ga0RuTiQw8Zx4Cv",
    "JWT_SIGNING_KEY": "Pm7Zk3-made-up-1hQd9WsX5vBn2Lc8JyRt6Gf4Ue0OaiTy3Hn6Bk",
    "SITE_URL": "https://earshot.example",
    "DATABASE_URL": "postgresql://earshot:made-up@database.invalid/earshot",
    "REDIS_URL": "redis://:made-up@redis.invalid:6379/0",
    "MEDIA_ROOT": "/srv/earshot/media",
    "EMAIL_URL": "smtp+tls://earshot:made-up@mail.invalid:587",
}
LOAD = "from django.conf import settings; settings.DEBUG; print('started', settings.ALLOWED_HOSTS)"


def run(*command: str, cwd: Path = PROJECT, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """A process with the made-up environment of production, changed; None takes a variable away."""
    given = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), **MADE_UP_PRODUCTION, **changes}
    environment = {name: value for name, value in given.items() if value is not None}
    return subprocess.run(
        [sys.executable, *command], cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


REFUSALS = {
    "no SECRET_KEY": ({"SECRET_KEY": None}, "SECRET_KEY is not set"),
    "failpoints": ({"EARSHOT_FAILPOINTS": "/srv/failpoints"}, "EARSHOT_FAILPOINTS lets processes die"),
    "an empty JWT_SIGNING_KEY": ({"JWT_SIGNING_KEY": ""}, "JWT_SIGNING_KEY is not set"),
    "a default": ({"SECRET_KEY": "django-insecure-" + "0123456789abcdef" * 4}, "SECRET_KEY is a default"),
    "a short one": ({"JWT_SIGNING_KEY": "q8Zr1Xv5Tn3Lk7Wd9Hb2Gj4Fs6Pm0Y"}, "JWT_SIGNING_KEY is a default or too easy"),
    "a fallback that is short": ({"SECRET_KEY_FALLBACKS": "hidden"}, "SECRET_KEY_FALLBACKS is a default or too easy"),
    "a fallback that signs tokens": (
        {"SECRET_KEY_FALLBACKS": MADE_UP_PRODUCTION["JWT_SIGNING_KEY"]},
        "are the same",
    ),
    "equal ones": ({"JWT_SIGNING_KEY": MADE_UP_PRODUCTION["SECRET_KEY"]}, "are the same"),
    "a short METRICS_TOKEN": ({"METRICS_TOKEN": "q8Zr1Xv5Tn3"}, "METRICS_TOKEN is a default or too easy"),
    "http": ({"SITE_URL": "http://earshot.example"}, "SITE_URL must begin with https://"),
    "every host": ({"ALLOWED_HOSTS": "earshot.example,*"}, "ALLOWED_HOSTS must name the hosts"),
    "Google by half": ({"GOOGLE_CLIENT_ID": "earshot"}, "GOOGLE_CLIENT_SECRET is not"),
    "an issuer whom anybody can play": (
        {"GOOGLE_CLIENT_ID": "earshot", "GOOGLE_CLIENT_SECRET": "hidden", "GOOGLE_ISSUER": "http://issuer.example"},
        "GOOGLE_ISSUER must begin with https://",
    ),
    "no database": ({"DATABASE_URL": None}, "DATABASE_URL is not set"),
    "no mail server": ({"EMAIL_URL": "mail.example.org:hidden"}, "EMAIL_URL is not an address"),
    "a database that is none": ({"DATABASE_URL": "postgresql://u:hidden@[x"}, "DATABASE_URL is not an address"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_production_refuses_to_start_in_one_sentence(name):
    changes, sentence = REFUSALS[name]
    ended = run("-c", LOAD, **changes)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.startswith("Earshot does not start: ")
    assert sentence in ended.stderr
    assert ended.stderr.count("\n") == 1
    for secret in ("hidden", "0123456789abcdef", "q8Zr1Xv5", MADE_UP_PRODUCTION["SECRET_KEY"]):
        assert secret not in ended.stderr


def test_production_reads_the_keys_of_before_beside_those_of_now():
    look = "; print([key.kid for key in settings.JWT_SIGNING_KEYS], len(settings.SECRET_KEY_FALLBACKS))"
    before = {name: MADE_UP_PRODUCTION[name][::-1] for name in ("SECRET_KEY", "JWT_SIGNING_KEY")}
    listed = f"new:{MADE_UP_PRODUCTION['JWT_SIGNING_KEY']},old:{before['JWT_SIGNING_KEY']}"
    ended = run("-c", LOAD + look, JWT_SIGNING_KEY=listed, SECRET_KEY_FALLBACKS=before["SECRET_KEY"])
    assert "['new', 'old'] 1" in ended.stdout, ended.stderr


def test_production_asks_staff_for_a_second_factor_whatever_the_environment_says():
    ended = run("-c", LOAD + "; print(settings.ADMIN_SECOND_FACTOR)", ADMIN_SECOND_FACTOR="optional")
    assert ended.stdout.splitlines()[-1] == "required", ended.stderr


def test_production_loads_no_issuer_that_believes_everybody(tmp_path):
    ended = run("-c", "import django; django.setup(); import config.standins.oidc; print('loaded')")
    assert (ended.returncode, "loaded" in ended.stdout) == (1, False)
    ended = run("manage.py", "standin_google", WORK_ROOT=str(tmp_path))
    assert ended.returncode == 1
    assert "not in production" in ended.stderr


def test_production_starts_when_all_is_there_and_the_deployment_checks_are_clean(tmp_path):
    ended = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", WORK_ROOT=str(tmp_path))
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr
    assert "no issues" in ended.stdout


@pytest.fixture
def elsewhere(tmp_path):
    """The project in another folder, with a file `.env` beside it."""
    for name in ("config", "accounts", "tracks"):
        (tmp_path / name).symlink_to(PROJECT / name)
    (tmp_path / "config").unlink()
    (tmp_path / "config").mkdir()
    for path in (PROJECT / "config").iterdir():
        if path.name != "env.py":
            (tmp_path / "config" / path.name).symlink_to(path)
    (tmp_path / "config" / "env.py").write_text((PROJECT / "config" / "env.py").read_text())
    (tmp_path / ".env").write_text("TRUSTED_PROXY_COUNT=3\nTERMS_VERSION=9\nINSTANCE_NAME=From the file\n")
    return tmp_path


SHOW = "from django.conf import settings as s; print(s.TRUSTED_PROXY_COUNT, s.TERMS_VERSION, s.INSTANCE_NAME)"


def test_the_file_env_is_read_before_the_first_setting_and_the_environment_goes_before_it(elsewhere):
    ended = run("-c", SHOW, cwd=elsewhere, PYTHONPATH=str(elsewhere), TERMS_VERSION="2")
    assert ended.stdout == "3 2 From the file\n", ended.stderr


def test_the_file_env_of_production_changes_nothing_in_development(elsewhere):
    home = {"DJANGO_SETTINGS_MODULE": "config.settings.dev", "EARSHOT_HOME": str(elsewhere / "home")}
    ended = run("-c", SHOW, cwd=elsewhere, PYTHONPATH=str(elsewhere), TERMS_VERSION="2", **home)
    assert ended.stdout == "0 2 Earshot\n", ended.stderr


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("3f9a1c5e7b2d4860" * 4, True),
        ("x7Kq" * 10, False),  # four different characters
        ("3f9a1c5e7b2d4860" * 2, True),
        (("3f9a1c5e7b2d4860" * 2)[:-1], False),
        ("a" * 64, False),
        ("CHANGE-me-3f9a1c5e7b2d4860" * 3, False),
        ("Secret-3f9a1c5e7b2d4860" * 3, False),
        ("password3f9a1c5e7b2d4860" * 3, False),
        ("example3f9a1c5e7b2d4860" * 3, False),
        ("default3f9a1c5e7b2d4860" * 3, False),
        ("", False),
    ],
)
def test_a_secret_is_long_made_of_many_characters_and_no_default(monkeypatch, value, good):
    monkeypatch.setenv("PROBE_SECRET", value)
    if good:
        assert env.secret("PROBE_SECRET") == value
        return
    with pytest.raises(SystemExit) as refused:
        env.secret("PROBE_SECRET")
    assert "PROBE_SECRET" in str(refused.value)
    assert not value or value not in str(refused.value)


def test_what_has_no_safe_default_is_required(monkeypatch):
    monkeypatch.setenv("PROBE", "there")
    assert env.required("PROBE") == "there"
    monkeypatch.delenv("PROBE")
    with pytest.raises(SystemExit, match=r"PROBE is not set; \.env\.example"):
        env.required("PROBE")


def test_a_database_has_limits_lasting_connections_and_prepared_statements(monkeypatch):
    monkeypatch.setenv("STATEMENT_TIMEOUT_MS", "1234")
    made = env.database("postgresql://ada:pw@db:6000/sound?sslmode=require")
    assert (made["USER"], made["PASSWORD"], made["HOST"], made["PORT"], made["NAME"]) == (
        "ada",
        "pw",
        "db",
        "6000",
        "sound",
    )
    options = made["OPTIONS"]
    assert options["sslmode"] == "require"
    assert "-c statement_timeout=1234 -c lock_timeout=2000" in options["options"]
    assert options["prepare_threshold"] == 5
    assert "pool" not in options
    assert made["CONN_MAX_AGE"] == 60
    assert made["CONN_HEALTH_CHECKS"] is True


@pytest.mark.parametrize("url", ["postgresql://u:p@[x", "host=a nonsense", "no address"])
def test_an_address_of_no_database_is_refused(url):
    with pytest.raises(SystemExit, match="DATABASE_URL"):
        env.database(url)


def test_production_loads_no_stand_in():
    ended = run("-c", "import django; django.setup(); import config.standins.recaptcha")
    assert ended.returncode == 1
    assert ended.stderr.startswith("Earshot does not start: production speaks to the real services")


@pytest.mark.parametrize(
    ("url", "broker", "cache"),
    [
        ("redis://:pw@host:6379/7", "redis://:pw@host:6379/0", "redis://:pw@host:6379/1"),
        ("rediss://host", "rediss://host/0", "rediss://host/1"),
        ("unix:///run/v.sock", "redis+socket:///run/v.sock?virtual_host=0", "unix:///run/v.sock?db=1"),
    ],
)
def test_tasks_and_cache_have_databases_of_their_own(url, broker, cache):
    addresses = env.redis(url)
    assert (addresses.broker, addresses.cache) == (broker, cache)
    assert env.cache(cache)["OPTIONS"]["socket_timeout"] <= 0.5


NEW = "a new secret " + "9876543210" * 3


@pytest.mark.parametrize(
    ("listed", "kids"),
    [
        (f"2027:{NEW},2026:{NEW}x", ["2027", "2026"]),
        (f" a.b-c_D:{NEW} , {NEW}x ", ["a.b-c_D", "fbdd87cc"]),
        (NEW, ["0e0b9b87"]),
    ],
)
def test_the_first_key_that_is_listed_signs_and_a_plain_secret_has_a_name_too(listed, kids):
    assert [key.kid for key in env.signing_keys(listed)] == kids


@pytest.mark.parametrize(
    ("listed", "sentence"),
    [
        ("", "JWT_SIGNING_KEY is not set"),
        (f"{NEW},", "JWT_SIGNING_KEY is not set"),
        (f"2027:{NEW},2026:short", "too easy to guess"),
        (f"2027:{NEW},2027:{NEW}x", "names two keys alike"),
        (f"{NEW},{NEW}", "names two keys alike"),
        (f":{NEW}", "a key whose name is not"),
        (f"a b:{NEW}", "a key whose name is not"),
        (f"{'k' * 33}:{NEW}", "a key whose name is not"),
    ],
)
def test_a_list_of_keys_that_cannot_be_meant_is_refused_without_repeating_it(listed, sentence):
    with pytest.raises(SystemExit, match=sentence) as refusal:
        env.signing_keys(listed)
    assert "9876543210" not in str(refusal.value)


def test_a_key_does_not_show_its_secret():
    assert NEW not in repr(env.signing_keys(NEW))


def test_the_suite_runs_in_its_own_settings_and_its_own_folders(settings):
    assert settings.SETTINGS_MODULE == "config.settings.test"
    assert not str(settings.MEDIA_ROOT).startswith(str(PROJECT))


def test_objects_are_in_a_folder_unless_a_bucket_is_named():
    assert env.bucket("", public="") is None
    assert env.default_storage(None)["BACKEND"].endswith("FileSystemStorage")


@pytest.mark.parametrize(
    ("address", "public", "told"),
    [
        ("s3://k%2Fy:s%3Ac@s3.example:8333/sound", "", ("https://s3.example:8333", None, "us-east-1", "k/y", "s:c")),
        (
            "s3+http://k:s@s3:80/sound?region=eu",
            "https://x.example/",
            ("http://s3:80", "https://x.example", "eu", "k", "s"),
        ),
        ("s3://k:s@/sound?region=eu-central-1", "", (None, None, "eu-central-1", "k", "s")),
    ],
)
def test_a_bucket_is_reached_as_its_address_says(address, public, told):
    made = env.bucket(address, public=public)
    assert (made.endpoint, made.public, made.region, made.access_key, made.secret_key) == told
    options = env.default_storage(made)["OPTIONS"]
    assert (options["bucket_name"], options["endpoint_url"], options["file_overwrite"]) == ("sound", told[0], False)


@pytest.mark.parametrize(
    "address",
    ["https://k:s@host/sound", "s3://host/sound", "s3://k:s@host", "s3://k:s@host/a/b", "s3://k@host/sound", "x"],
)
def test_an_address_of_no_bucket_is_refused(address):
    with pytest.raises(SystemExit, match="STORAGE_URL"):
        env.bucket(address, public="")
