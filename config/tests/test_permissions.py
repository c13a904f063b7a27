"""Every operation of the API for every kind of caller. An operation without a row here is red."""

import io
import re
from datetime import timedelta
from uuid import UUID

import pytest
import yaml
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import URLPattern, get_resolver
from django.utils import timezone
from PIL import Image

from accounts import services as accounts
from accounts.models import Session, User
from accounts.services import connect
from config.lib.testing import Api
from config.lib.viewer import Viewer
from config.lib.viewsets import ApiViewSet, VisibleViewSet
from config.tests.matrix import HIDDEN, MATRIX, ROLES, row_of
from engagement.comments import services as comments
from engagement.models import Comment
from engagement.plays import services as plays
from engagement.posts.services import publish_post
from playlists.services import create_playlist
from social import services as social
from social.choices import SpaceRole
from tracks.models import Track, TrackShareLink, Upload
from tracks.services import trash_track
from tracks.sharing import services as sharing
from tracks.sharing.of_tracks import TRACK
from tracks.uploads import services as uploads
from tracks.uploads.choices import Protocol

pytestmark = pytest.mark.django_db

# A name of the call, the digits of the id that was asked for, and how many calls are left.
# Never seen by Django; who may is tested in config/tests/server/tus.
IN_FRONT = {"HEAD /api/v1/uploads/{upload}/", "PATCH /api/v1/uploads/{upload}/"}
BY_CALL = {"X-Request-ID", "Content-Length", "RateLimit"}


def operations() -> set[str]:
    """What docs/openapi.yaml, which a gate holds in step with the code, offers."""
    paths = yaml.safe_load((settings.BASE_DIR / "docs/openapi.yaml").read_text())["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


def test_every_operation_has_a_row():
    assert operations() == set(MATRIX) | IN_FRONT, "is an operation new? Say here who may call it."


def test_every_operation_on_a_track_has_a_row_for_a_hidden_one():
    assert {name for name in MATRIX if "{track}" in name} == set(HIDDEN)


@pytest.fixture
def callers(make_user, sign_in):
    """A client for each role; the suspended one held a good token until a moment ago."""
    clients = {role: sign_in(make_user(role)) for role in ROLES if role != "anonymous"}
    User.objects.filter(username__in=["staff", "moderator"]).update(is_staff=True)
    User.objects.filter(username="staff").update(is_superuser=True)
    User.objects.filter(username="suspended").update(is_active=False)
    User.objects.filter(username="unverified").update(verified_at=None)
    return {"anonymous": Api(), **clients}


@pytest.fixture
def make_upload(settings, tmp_path):
    """Somebody's file on its way in."""
    settings.MEDIA_ROOT = tmp_path / "media"

    def make(owner: User) -> Upload:
        offer = uploads.Offer(filename="some.wav", size=4)
        return uploads.open_upload(owner=owner, offer=offer, protocol=Protocol.TUS, at=timezone.now())

    return make


@pytest.fixture
def answers(callers, make_track, make_upload):
    """What an operation answers to every role, about a track of that visibility; nothing of it stays."""

    def of(operation: str, *, visibility: str) -> dict[str, int]:
        owner = User.objects.get(username="owner")
        path = operation.split()[1].replace("{user}", "owner")
        if "{playlist}" in path:
            path = in_a_playlist(path, owner=owner, track=make_track(owner, visibility=visibility))
        if "{track}" in path:
            path = path.replace("{track}", str(make_track(owner, visibility=visibility).pk))
        if path.startswith("/api/v1/comments/"):
            path = path.replace("{id}", str(make_comment(owner, make_track(owner, visibility=visibility)).pk))
        if path.startswith(("/api/v1/plays/", "/api/v1/me/history/{id}")):
            path = path.replace("{id}", str(make_play(owner, make_track(owner, visibility=visibility))))
        if path.startswith("/api/v1/share-links/"):
            path = path.replace("{id}", str(make_link(owner, make_track(owner, visibility=visibility)).pk))
        if "/me/trash/{kind}/{id}/" in path:
            thrown = make_track(owner)
            trash_track(track=thrown, at=timezone.now())
            path = path.replace("{kind}/{id}", f"track/{thrown.pk}")
        if "{upload}" in path:
            path = path.replace("{upload}", str(make_upload(owner).pk))
        if "{post}" in path:
            path = path.replace("{post}", str(publish_post(author=owner, body="Hello.", at=timezone.now()).pk))
        return {role: answer_in_passing(callers[role], operation, path=path) for role in ROLES}

    return of


def in_a_playlist(path: str, *, owner: User, track: Track) -> str:
    """The path with a new public playlist of the owner's, and the track that is in it, in the places of its words."""
    made = create_playlist(owner=owner, details={"title": "Evening"}, track_ids=[track.pk], at=timezone.now())
    return path.replace("{playlist}", str(made.pk)).replace("{track}", str(track.pk))


def make_comment(owner: User, track: Track) -> Comment:
    """The owner's word on their own track."""
    words = comments.Words(body="Some words")
    return comments.add_comment(track_id=track.pk, viewer=Viewer(user=owner), words=words, at=timezone.now()).comment


def make_play(owner: User, track: Track) -> UUID:
    """The owner has heard something of their own track."""
    at = timezone.now()
    caller = plays.Caller(user_id=owner.pk, address="address:192.0.2.1", user_agent="pytest")
    play_id = plays.start_play(
        track_id=track.pk, viewer=Viewer(user=owner), caller=caller, origin=plays.Origin(), at=at
    )
    plays.beat_play(play_id=play_id, caller=caller, beat=plays.Beat(position_ms=100, listened_ms=100), at=at)
    return play_id


def make_link(owner: User, track: Track) -> TrackShareLink:
    """The owner's link to their own track."""
    wish = sharing.Wish(label="For the label")
    return sharing.make_share_link(kind=TRACK, thing=track, by=owner, wish=wish, at=timezone.now())


def red_png() -> bytes:
    sink = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(sink, "PNG")
    return sink.getvalue()


def in_a_space(path: str) -> str:
    """The path with a new space of the owner's, and an invitation to it, in the places of its words."""
    owner, at = User.objects.get(username="owner"), timezone.now()
    space = social.create_space(owner=owner, name="Small hours", at=at)
    invited = {"email": "somebody-else@example.org", "role": SpaceRole.EDITOR, "at": at}
    invitation = social.invite_address(space=space, by=owner, **invited)
    words = {"space": space.pk, "invitation": invitation.pk, "token": social.token_of(invitation)}
    for word, value in words.items():
        path = path.replace(f"{{{word}}}", str(value))
    return path


def answer_in_passing(client: Api, operation: str, *, path: str) -> int:
    """The status of one call whose effect is rolled back, so that the next caller finds the same world."""
    if path.startswith("/api/v1/auth/sessions/"):
        path = path.replace("{id}", str(Session.objects.get(user__username="owner").pk))
    if path.startswith("/api/v1/me/tokens/{id}"):
        session = Session.objects.get(user__username="owner")
        wish = {"label": "script", "scopes": ["read"], "at": timezone.now()}
        path = path.replace("{id}", str(accounts.issue_personal_token(session=session, **wish)[0].pk))
    if "{invite}" in path:
        wish = {"at": timezone.now(), "expires_at": timezone.now() + timedelta(days=1)}
        invite, _ = accounts.issue_invite(made_by=User.objects.get(username="owner"), **wish)
        path = path.replace("{invite}", str(invite.pk))
    if path.startswith("/api/v1/auth/connections/"):
        path = path.replace(
            "{id}", str(connect(user=User.objects.get(username="owner"), uid="1", email="", at=timezone.now()).pk)
        )
    if "{space}" in path or "invitations/{" in path:
        path = in_a_space(path)
    audio = {"data": {"audio": SimpleUploadedFile("some.wav", b"RIFF")}, "format": "multipart"}
    image = {"data": {"image": SimpleUploadedFile("red.png", red_png())}, "format": "multipart"}
    bodies = {
        "POST /api/v1/tracks/": audio,
        "PUT /api/v1/tracks/{track}/audio/": audio,
        "PUT /api/v1/tracks/{track}/artwork/": image,
        "POST /api/v1/playlists/": {"data": {"title": "Evening"}},
        "PUT /api/v1/playlists/{playlist}/artwork/": image,
        "PUT /api/v1/me/avatar/": image,
        "PUT /api/v1/me/header/": image,
        "POST /api/v1/tracks/{track}/comments/": {"data": {"body": "Some words"}},
        "POST /api/v1/tracks/{track}/share-links/": {"data": {"label": "For the label"}},
        "POST /api/v1/playlists/{playlist}/share-links/": {"data": {"label": "For the label"}},
        "PATCH /api/v1/comments/{id}/": {"data": {"body": "Other words"}},
        "POST /api/v1/me/tokens/": {"data": {"label": "script", "scopes": ["read"]}},
        "PUT /api/v1/me/username/": {"data": {"username": "renamed"}},
        "POST /api/v1/spaces/": {"data": {"name": "Small hours"}},
        "PATCH /api/v1/spaces/{space}/members/{user}/": {"data": {"role": "viewer"}},
        "POST /api/v1/spaces/{space}/invitations/": {"data": {"email": "somebody@example.org"}},
        "POST /api/v1/uploads/": {"data": {"filename": "some.wav", "size": 4}},
        "PATCH /api/v1/plays/{id}/": {"data": {"position_ms": 0, "listened_ms": 0}},
        "POST /api/v1/posts/": {"data": {"body": "Hello."}},
    }
    with transaction.atomic():
        status = getattr(client, operation.split(maxsplit=1)[0].lower())(path, **bodies.get(operation, {})).status_code
        transaction.set_rollback(True)
    return status


@pytest.mark.parametrize("operation", MATRIX)
def test_who_may_call_it(answers, operation):
    assert answers(operation, visibility="public") == row_of(MATRIX[operation])


@pytest.mark.parametrize("operation", HIDDEN)
def test_who_may_call_it_on_a_hidden_track(answers, operation):
    assert answers(operation, visibility="private") == row_of(HIDDEN[operation])


def test_a_hidden_track_answers_like_one_that_never_was(callers, make_track):
    owner = User.objects.get(username="owner")
    hidden = make_track(owner, visibility="private")
    never = hidden.pk + 100_000
    for operation in HIDDEN:
        method, path = operation.split()
        for role in ("anonymous", "stranger", "staff"):
            answers = []
            for track_id in (hidden.pk, never):
                answer = getattr(callers[role], method.lower())(path.replace("{track}", str(track_id)))
                body = re.sub(rb'"request_id":"[^"]+"', b"", answer.content)
                # With its path: the first track of a database is 1, and so is the API's version.
                body = body.replace(f"/tracks/{track_id}/".encode(), b"/tracks/{id}/")
                heads = {name: value for name, value in answer.headers.items() if name not in BY_CALL}
                answers.append((answer.status_code, body, heads))
            assert answers[0] == answers[1], (operation, role)


def viewsets() -> list[tuple[str, type, dict[str, str]]]:
    """(path, viewset, method -> action) of every address below /api/v1/."""
    found = []

    def walk(patterns, prefix):
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if not isinstance(pattern, URLPattern):
                walk(pattern.url_patterns, path)
            elif path.startswith("api/v1/"):
                found.append((path, pattern.callback.cls, pattern.callback.actions))

    walk(get_resolver().url_patterns, "")
    return found


def test_every_address_of_the_api_is_a_viewset_whose_unsafe_actions_have_a_rule():
    strays = []
    for path, viewset, actions in viewsets():
        assert issubclass(viewset, ApiViewSet), path
        for method, action in actions.items():
            ruled = action in viewset.policies or action in viewset.open_actions
            if method not in {"get", "head", "options"} and not ruled:
                strays.append(f"{method.upper()} {path} ({action})")
        strays += [f"{path}: {name} is open and ruled" for name in viewset.open_actions & set(viewset.policies)]
    assert viewsets()
    assert strays == []


def test_no_rule_is_left_over_from_an_action_that_is_gone():
    actions: dict[type, set[str]] = {}
    for _, viewset, mapping in viewsets():
        actions.setdefault(viewset, set()).update(mapping.values())
    strays = [
        f"{viewset.__name__}: {name}"
        for viewset, known in actions.items()
        for name in {
            *viewset.policies,
            *viewset.open_actions,
            *viewset.query_words,
            *viewset.repeatable_actions,
            *viewset.budgets,
            *viewset.finding_actions,
        }
        - known
    ]
    assert strays == []


def test_viewsets_over_rows_show_what_is_visible():
    over_rows = {viewset for _, viewset, _ in viewsets() if viewset.queryset is not None}
    assert over_rows
    assert [viewset for viewset in over_rows if not issubclass(viewset, VisibleViewSet)] == []
