"""What somebody says who has come by a shared link: as far as the link lets them."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from config.lib.viewer import Viewer
from engagement.comments import services
from engagement.comments.models import Comment
from playlists.services import create_playlist
from playlists.sharing import PLAYLIST
from tracks.models import Track
from tracks.sharing import services as sharing
from tracks.sharing.of_tracks import TRACK
from tracks.sharing.queries import Found

pytestmark = pytest.mark.django_db

PATH = "/api/v1/tracks/{}/comments/?grant={}"


@pytest.fixture(params=[TRACK, PLAYLIST], ids=lambda kind: kind.name)
def share(track, request):
    """A link of that permission to the track, which nobody opens without, or to a playlist that it is in: what opening
    it gives, and the link."""
    Track.objects.filter(pk=track.pk).update(visibility="private")
    kind, thing = request.param, track
    if kind is PLAYLIST:
        details = {"title": "Evening", "visibility": "private"}
        thing = create_playlist(owner=track.owner, details=details, track_ids=[track.pk], at=timezone.now())

    def make(permission: str) -> tuple[str, Found]:
        at = timezone.now()
        wish = sharing.Wish(label="For Ida", permission=permission)
        found = Found(kind, sharing.make_share_link(kind=kind, thing=thing, by=track.owner, wish=wish, at=at))
        return sharing.use_share_link(found=found, viewer=Viewer(user=AnonymousUser()), at=at).grant, found

    return make


@pytest.mark.parametrize(("permission", "status"), [("listen", 403), ("comment", 201), ("download", 201)])
def test_words_need_a_link_that_lets_people_speak(track, share, fan, sign_in, api, permission, status):
    client, path = sign_in(fan), PATH.format(track.pk, share(permission)[0])
    answer = client.post(path, {"body": "Lovely"})
    assert answer.status_code == status
    assert api.post(path, {"body": "Lovely"}).status_code == 401
    assert len(api.get(path).json()["results"]) == Comment.objects.count() == int(status == 201)
    if status == 403:
        client.problem(answer, status=403, code="commenting_not_granted")


def test_one_s_words_are_changed_as_far_as_the_link_says_and_always_taken_away(track, share, fan, sign_in):
    client = sign_in(fan)
    (speaking, _), (listening, found) = share("comment"), share("listen")
    comment_id = client.post(PATH.format(track.pk, speaking), {"body": "Lovely"}).json()["id"]
    path = f"/api/v1/comments/{comment_id}/?grant="
    assert client.patch(path + speaking, {"body": "Lovelier"}).status_code == 200
    client.problem(client.patch(path + listening, {"body": "No"}), status=403, code="commenting_not_granted")
    sharing.delete_share_link(found=found, thing=getattr(found.link, found.kind.thing), by=track.owner)
    assert client.patch(path + listening, {"body": "No"}).status_code == 404
    assert client.delete(path + listening).status_code == 204


def test_who_opens_the_track_without_the_link_says_what_they_like(track, share, say, owner):
    _, found = share("listen")
    viewer = Viewer(user=owner, grant=found.grant)
    words = services.Words(body="Thanks")
    said = services.add_comment(track_id=track.pk, viewer=viewer, words=words, at=timezone.now()).comment
    services.edit_comment(comment=said, viewer=viewer, body="Many thanks", at=timezone.now())
    assert Comment.objects.get().body == "Many thanks"


def test_likes_and_likers_open_by_the_link_as_the_track_does(track, share, fan, sign_in):
    client, grant = sign_in(fan), share("listen")[0]
    path = f"/api/v1/tracks/{track.pk}"
    assert client.put(f"{path}/like/").status_code == 404
    assert client.put(f"{path}/like/?grant={grant}").status_code == 204
    assert len(client.get(f"{path}/likers/?grant={grant}").json()["results"]) == 1
