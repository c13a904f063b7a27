"""Flows across apps, as a listener's app walks them."""

from urllib.parse import unquote

import pytest
from django.core import mail
from django.utils import timezone

from accounts.authentication import ACCESS_COOKIE
from accounts.models import User
from accounts.services import lift_suspension, suspend_user
from accounts.tasks import mail_verification
from config.lib.testing import Api
from conftest import PASSWORD
from tracks import services
from tracks.models import Track

pytestmark = pytest.mark.django_db


def test_from_registration_to_a_heard_track(api, tone, django_capture_on_commit_callbacks):
    answer = api.post(
        "/api/v1/auth/register/",
        {"email": "Ada@example.org", "username": "Ada-Sound", "password": PASSWORD, "terms_version": "1"},
    )
    assert answer.status_code == 202, answer.content
    person = User.objects.get(username="ada-sound")
    mail_verification(user_id=person.pk)
    [message] = mail.outbox
    key = message.body.split("key=")[1].split()[0]
    api.problem(
        api.post("/api/v1/auth/login/", {"login": "ada-sound", "password": PASSWORD}),
        status=403,
        code="email_not_verified",
    )
    assert api.post("/api/v1/auth/verify-email/", {"key": unquote(key)}).status_code == 204
    answer = api.post("/api/v1/auth/login/", {"login": "ada@example.org", "password": PASSWORD})
    assert answer.status_code == 200, answer.content
    access = answer.json()["access"]
    api.cookies.clear()
    with tone.open("rb") as audio:
        answer = api.post(
            "/api/v1/tracks/",
            {"audio": audio, "title": "First light", "tags": ["slow", "piano"]},
            format="multipart",
            headers={"authorization": f"Bearer {access}"},
        )
    assert answer.status_code == 201, answer.content
    track = answer.json()
    assert track["state"] == "queued"
    found = Track.objects.get(pk=track["id"])
    services.process_sound(sound_id=found.sounds.get().pk)
    answer = api.get(f"/api/v1/tracks/{track['id']}/")
    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] == "ready"
    streams = api.get(f"/api/v1/tracks/{track['id']}/streams/").json()
    assert streams["access"] == "playable"
    assert services.process_sound(sound_id=found.sounds.get().pk)  # what may follow
    assert streams["mp3_url"] is None
    streams = api.get(f"/api/v1/tracks/{track['id']}/streams/").json()
    for field in ("hls_url", "aac_url", "opus_url", "mp3_url", "preview_url"):
        path = streams[field].removeprefix("http://earshot.test")
        answer = api.get(path)
        assert answer.status_code == 200
        assert answer["X-Accel-Redirect"].startswith("/protected-media/sounds/")
    waveform = api.get(f"/api/v1/tracks/{track['id']}/waveform/?points=100").json()
    assert waveform["version"] == 2
    assert len(api.get("/api/v1/tracks/").json()["results"]) == 1


def test_a_suspended_person_is_out_whichever_way_they_come_and_stays_out_with_what_they_held(owner, make_track):
    track = make_track(owner, visibility="private")
    tokens = Api().post("/api/v1/auth/login/", {"login": "owner", "password": PASSWORD}).json()
    bearer = {"authorization": f"Bearer {tokens['access']}"}
    browser = Api()
    browser.cookies[ACCESS_COOKIE] = tokens["access"]
    stream = browser.get(f"/api/v1/tracks/{track.pk}/streams/").json()["mp3_url"].removeprefix("http://earshot.test")

    def answers() -> list[int]:
        asked = (Api().get("/api/v1/me/", headers=bearer), browser.get("/api/v1/me/"), Api().get(stream))
        return [answer.status_code for answer in asked]

    assert answers() == [200, 200, 200]
    suspend_user(user=owner, reason="Spam.", at=timezone.now())
    assert answers() == [401, 401, 404]
    lift_suspension(user=owner, at=timezone.now())
    assert answers()[:2] == [401, 401]
    assert Api().post("/api/v1/auth/token/refresh/", {"refresh": tokens["refresh"]}).status_code == 401
    assert Api().post("/api/v1/auth/login/", {"login": "owner", "password": PASSWORD}).status_code == 200
