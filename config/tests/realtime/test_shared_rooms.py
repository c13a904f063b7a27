"""Rooms that a shared link opens: for as long as the link is there, and with a voice where it gives one."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from config.lib.viewer import Viewer
from config.tests.realtime.test_rooms import assert_closed_soon, enter, fan, product, text, track
from playlists.services import create_playlist
from playlists.sharing import PLAYLIST
from tracks.models import Track
from tracks.sharing import services
from tracks.sharing.of_tracks import TRACK
from tracks.sharing.queries import Found

__all__ = ["enter", "fan", "product", "track"]


@pytest.fixture
def hidden(track) -> Track:
    Track.objects.update(visibility="private")
    return Track.objects.get(pk=track.pk)


@pytest.fixture(params=[TRACK, PLAYLIST], ids=lambda kind: kind.name)
def share(hidden, request):
    """A link of that permission, to the track or to a playlist that it is in; and what opening it gives."""
    kind, thing = request.param, hidden
    if kind is PLAYLIST:
        details = {"title": "Evening", "visibility": "private"}
        thing = create_playlist(owner=hidden.owner, details=details, track_ids=[hidden.pk], at=timezone.now())

    def make(permission: str) -> tuple[Found, str]:
        wish, at = services.Wish(label="For Ida", permission=permission), timezone.now()
        link = services.make_share_link(kind=kind, thing=thing, by=hidden.owner, wish=wish, at=at)
        found = Found(kind, link)
        return found, services.use_share_link(found=found, viewer=Viewer(user=AnonymousUser()), at=at).grant

    return make


def test_a_shared_link_opens_the_room_until_it_is_deleted(hidden, share, fan, enter, api):
    (found, grant), (_, other) = share("listen"), share("listen")
    rooms = [enter(None, f"?grant={grant}"), enter(fan, f"?grant={grant}")]
    stays = enter(fan, f"?grant={other}")
    for room in (*rooms, stays):
        room.next("hello")
    assert enter(None, "?grant=guessed").client.close_code() == 4404
    asked = {"topic": f"track:{hidden.pk}", "grant": grant}
    assert api.get("/api/v1/live/", asked).status_code == 200
    services.delete_share_link(found=found, thing=getattr(found.link, found.kind.thing), by=hidden.owner)
    for room in rooms:
        assert_closed_soon(room, 4404)
    assert stays.client.is_open()
    api.problem(api.get("/api/v1/live/", asked), status=404, code="not_found")


@pytest.mark.parametrize(("permission", "heard"), [("listen", "error"), ("comment", "comment_created")])
def test_who_speaks_there_does_so_as_far_as_the_link_says(share, fan, enter, permission, heard):
    room = enter(fan, f"?grant={share(permission)[1]}")
    room.next("hello")
    room.client.send(text(type="comment", body="Lovely", client_id=str(uuid4())))
    frame = room.next("error", "comment_created")
    assert frame["type"] == heard
    assert frame.get("code") == ("commenting_not_granted" if heard == "error" else None)
