"""Staff look at everything and change nothing; secrets are not shown to them."""

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from tracks import services
from tracks.audio.tags import Tags
from tracks.models import BlockedSound, DownloadDay, Track, TrackShareLink
from tracks.sharing import services as sharing
from tracks.sharing.of_tracks import TRACK
from tracks.tests.conftest import png
from tracks.uploads import services as uploads
from tracks.uploads.choices import Protocol

pytestmark = pytest.mark.django_db

MODELS = sorted(model._meta.model_name for model in apps.get_app_config("tracks").get_models())


@pytest.fixture
def shelf(owner, make_ready):
    """A row of every model."""
    track = make_ready(owner, visibility="private", said=Tags(cover=png()))
    offer = uploads.Offer(filename="tone.wav", size=1)
    uploads.open_upload(owner=owner, offer=offer, protocol=Protocol.TUS, at=timezone.now())
    BlockedSound.objects.create(items=[1, -1], reason="It was claimed.", source=track.sound, created_at=timezone.now())
    share = sharing.Wish(label="For Ida", password="open sesame")
    sharing.make_share_link(kind=TRACK, thing=track, by=owner, wish=share, at=timezone.now())
    DownloadDay.objects.create(track=track, day=timezone.now().date(), downloads=1)
    return services.make_secret_token(track=track, at=timezone.now())


@pytest.mark.parametrize("model", MODELS)
def test_every_list_and_every_row_opens_and_none_tells_a_secret(admin_client, shelf, model):
    row = apps.get_model("tracks", model).objects.first()
    pages = [
        admin_client.get(reverse(f"admin:tracks_{model}_changelist")),
        admin_client.get(reverse(f"admin:tracks_{model}_changelist"), {"q": "tone"}),
        admin_client.get(reverse(f"admin:tracks_{model}_change", args=[row.pk])),
    ]
    link = TrackShareLink.objects.get()
    for page in pages:
        assert page.status_code == 200
        of_link = (link.password, link.sealed_token, link.token_digest)
        for secret in (shelf.secret_token, shelf.secret_digest, *of_link):
            assert secret not in page.content.decode()


@pytest.mark.parametrize("model", MODELS)
def test_no_row_is_added_changed_or_deleted_here(admin_client, shelf, model):
    row = apps.get_model("tracks", model).objects.first()
    for name, arguments in (("add", []), ("change", [row.pk]), ("delete", [row.pk])):
        answer = admin_client.post(reverse(f"admin:tracks_{model}_{name}", args=arguments), {"title": "Taken over"})
        assert answer.status_code == 403
    assert Track.objects.get().title == "tone"


@pytest.mark.parametrize("model", MODELS)
def test_rows_speak(shelf, model):
    assert str(apps.get_model("tracks", model).objects.first())
