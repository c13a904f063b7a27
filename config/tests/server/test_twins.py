"""One upload that arrives many times at once, over HTTP, as an impatient client sends it."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from a2wsgi import WSGIMiddleware
from django.core.files.storage import default_storage
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test.client import encode_multipart

from config.lib import storage
from config.server.spooling import BodySpooler
from config.tests.server.bodies import TRACKS
from tracks.models import Sound, Track

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 20
PATIENCE_S = 60


@pytest.fixture
def port(serve, settings, tmp_path):
    """The real application, with sixteen threads as it comes."""
    settings.MEDIA_ROOT = tmp_path / "media"
    django = get_wsgi_application()

    def application(environ, start_response):
        try:
            return django(environ, start_response)
        finally:
            connections.close_all()  # the threads outlive the test, its database does not

    return serve(BodySpooler(WSGIMiddleware(application, workers=16)))


@pytest.fixture
def post(port, call, owner, sign_in, tone):
    """Sends the tone, again and again while it is told that a twin is still at it."""
    bearer = sign_in(owner)._credentials["HTTP_AUTHORIZATION"]

    def send(*, boundary: str, key: str):
        with tone.open("rb") as audio:
            body = encode_multipart(boundary, {"title": "Night", "audio": audio})
        headers = {
            "Authorization": bearer,
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Idempotency-Key": key,
        }
        patience = time.monotonic() + PATIENCE_S
        while time.monotonic() < patience:
            status, told, content = call(port, "POST", TRACKS, body=body, headers=headers)
            if (status, b"idempotency_in_progress" in content) != (409, True):
                return status, told.get("location"), "idempotent-replayed" in told, content
            time.sleep(float(told["retry-after"]) / 10)
        raise TimeoutError

    return send


def test_twenty_twins_make_one_track_and_hear_one_answer(post, monkeypatch):
    stores = []
    real = storage.store
    monkeypatch.setattr(storage, "store", lambda **it: stores.append(it["key"]) or real(**it))
    start = threading.Barrier(CROWD)

    def twin(number: int):
        start.wait(timeout=PATIENCE_S)
        return post(boundary=f"boundary{number}", key="one-key")

    with ThreadPoolExecutor(CROWD) as threads:
        answers = list(threads.map(twin, range(CROWD)))
    track = Track.objects.get()
    assert {(status, location) for status, location, _, _ in answers} == {(201, f"/api/v1/tracks/{track.pk}/")}
    assert len({content for _, _, _, content in answers}) == 1
    assert sum(not replayed for _, _, replayed, _ in answers) == 1
    assert stores == [Sound.objects.get().original_key]
    assert default_storage.exists(stores[0])
    assert post(boundary="other", key="another-key")[0] == 201
    assert Track.objects.count() == 2
