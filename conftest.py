"""What every test may ask for. People are owner, fan, stranger, moderator; nobody is user1."""

import gc

import pytest
from django.contrib.contenttypes.management import create_contenttypes
from django.core import mail
from django.core.files import File
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils import timezone

from accounts.models import Session, User
from accounts.services.personal_tokens import issue_personal_token
from accounts.services.registration import add_user, confirm_address
from accounts.services.sessions import Device, open_session
from billing.models import Plan
from config.env import default_storage, openid_client
from config.lib.secrets import random_key
from config.lib.testing import Api
from config.lib.testing_bucket import make_bucket, moto
from config.lib.testing_logs import listening, with_secrets
from config.standins.oidc import Provider, provider
from tracks import services
from tracks.models import Track
from tracks.tests.conftest import finish, made, make_ready, tone

__all__ = ["finish", "made", "make_ready", "tone"]

SPEAKING = (
    "accounts", "allauth", "billing", "celery", "config", "discovery", "django", "engagement", "playlists", "social",
    "tracks",
)  # fmt: skip
PASSWORD = "a quiet place to listen"  # noqa: S105 -- of people who do not exist


def pytest_collection_finish(session):
    """What is imported by now stays: the collector of garbage need not look through it again at every test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def no_undeclared_problem(caplog):
    """Every error of the domain that an operation answers with stands in its viewset's table `problems`."""
    yield
    undeclared = [record for record in caplog.get_records("call") if record.message == "undeclared_problem"]
    assert not [(record.operation, record.code) for record in undeclared]


@pytest.fixture(autouse=True)
def no_secret_in_the_logs():
    """Nothing that a test does writes a password, a key, a token or a link with one into a line of log."""
    with listening(*SPEAKING) as lines:
        yield
    keys = {key.split()[0] for message in getattr(mail, "outbox", []) for key in message.body.split("key=")[1:]}
    assert with_secrets(lines, PASSWORD, *keys) == []


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """Its standing tables are full and stay so (`config.tests.postgresql`).

    A busy machine takes longer than a statement may to throw the database away.
    """
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    yield
    options = connections["default"].settings_dict["OPTIONS"]
    options["options"] = options["options"].replace("statement_timeout=5000", "statement_timeout=60000")


@pytest.fixture
def default_plan(db) -> Plan:
    """What everybody has. A migration made it; a test that empties the tables behind it takes it along."""
    return Plan.objects.get_or_create(is_default=True, defaults={"code": "free", "name": "Free"})[0]


@pytest.fixture
def make_user(default_plan):
    """A confirmed person of that name."""

    def make(username: str, **fields) -> User:
        at = timezone.now()
        user = User(username=username, email=f"{username}@example.org", created_at=at, **fields)
        user.set_password(PASSWORD)
        add_user(user, at=at)
        confirm_address(user=user, at=at)
        return User.objects.get(pk=user.pk)

    return make


@pytest.fixture
def patient_locks(monkeypatch):
    """Connections made from now on wait a minute for a lock: a crowd in one process is slow on a busy machine."""
    options = connections.settings["default"]["OPTIONS"]
    patient = options["options"].replace("lock_timeout=2000", "lock_timeout=60000")
    patient = patient.replace("statement_timeout=5000", "statement_timeout=60000")
    assert patient != options["options"]
    monkeypatch.setitem(options, "options", patient)


@pytest.fixture
def owner(make_user) -> User:
    return make_user("owner")


@pytest.fixture
def stranger(make_user) -> User:
    return make_user("stranger")


@pytest.fixture
def api() -> Api:
    """Nobody's client."""
    return Api()


@pytest.fixture(scope="session")
def bucket_server():
    """The address of a server that speaks S3."""
    with moto() as address:
        yield address


@pytest.fixture
def in_bucket(bucket_server, settings):
    """An instance whose objects are in a bucket of their own; answers with it."""
    settings.BUCKET = make_bucket(bucket_server, name=f"test-{random_key()}")
    settings.STORAGES = settings.STORAGES | {"default": default_storage(settings.BUCKET)}
    return settings.BUCKET


@pytest.fixture(scope="session")
def issuer():
    """An issuer of OpenID Connect, running."""
    with provider() as running:
        yield running


@pytest.fixture
def google(issuer, settings) -> Provider:
    """Signing in with Google is on, and the issuer stands in Google's place."""
    settings.GOOGLE = openid_client(
        client_id="earshot",
        client_secret="not-looked-at",  # noqa: S106 -- the issuer believes everybody
        issuer=issuer.issuer,
        app_client_ids=["earshot-app"],
        redirect_uris=["org.example.app:/signed-in"],
    )
    return issuer


@pytest.fixture
def sign_in():
    """A client that sends the bearer token of a fresh session."""

    def client(user: User) -> Api:
        pair = open_session(user=user, device=Device(user_agent="pytest", address="127.0.0.1"), at=timezone.now())
        signed_in = Api()
        signed_in.credentials(HTTP_AUTHORIZATION=f"Bearer {pair.access}")
        return signed_in

    return client


@pytest.fixture
def personal_token():
    """A token that a person has handed to a program, with these scopes."""

    def make(user: User, *scopes: str) -> str:
        at = timezone.now()
        session = open_session(user=user, device=Device(user_agent="pytest", address="127.0.0.1"), at=at).session
        return issue_personal_token(session=session, label="a program", scopes=scopes, at=at)[1]

    return make


@pytest.fixture
def upload(tone):
    """An uploaded track, still waiting for a worker."""

    def make(owner: User, **details) -> Track:
        with tone.open("rb") as audio:
            return services.upload_track(
                owner=owner, audio=File(audio, name="tone.wav"), details=details, at=timezone.now()
            )

    return make


@pytest.fixture
def make_track(make_ready):
    """A track that can be played, in every form: the work of ffmpeg is done once and shared."""
    return make_ready


@pytest.fixture
def process_track(upload):
    """A track that has really been through the pipeline, alone."""

    def make(owner: User, **details) -> Track:
        track = upload(owner, **details)
        for _ in ("what makes it ready", "what follows"):
            assert services.process_sound(sound_id=track.sounds.get().pk)
        return Track.objects.get(pk=track.pk)

    return make


@pytest.fixture
def session_of():
    """The newest session of a person."""

    def find(user: User) -> Session:
        return Session.objects.filter(user=user).latest("created_at")

    return find
