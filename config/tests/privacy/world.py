"""Somebody with something of every kind here, every personal column of it marked, and how to look for the marks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.postgres.fields import ArrayField
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models
from django.utils import timezone

import engagement.services as engagement
import playlists.services as playlists
import social.services as social
from accounts.choices import Purpose, Slot
from accounts.leaving import services as leaving
from accounts.models import (
    AccountExport,
    Block,
    FormerAddress,
    MailedKey,
    SecondFactorDraft,
    User,
    UsernameChange,
    UsernameClaim,
)
from accounts.services import Device, issue_invite, issue_personal_token, issue_ticket, set_picture
from accounts.services.connections import connect
from accounts.services.registration import add_user
from accounts.services.sessions import open_session
from config.composed.exporting import export_account
from config.lib import storage
from config.lib.idempotency import name_of_caller
from config.lib.scopes import Scope
from config.lib.viewer import Viewer
from config.models import IdempotencyKey
from config.tests.test_architecture import DOMAIN
from engagement.comments import services as comments
from engagement.models import CommentMention, TrackRepost
from engagement.plays import services as plays
from engagement.posts.services import publish_post
from playlists.sharing import PLAYLIST
from social.choices import Kind, MuteScope, SpaceRole, Verb
from tracks import services
from tracks.models import Sound, Track, Upload
from tracks.sharing import services as sharing
from tracks.sharing.of_tracks import TRACK
from tracks.tests.conftest import png
from tracks.uploads import services as uploads
from tracks.uploads.choices import Protocol, UploadState
from tracks.uploads.part import path_of

NAME = "canaryname"
# A moment that nothing else happened at.
MOMENT = datetime(1977, 3, 5, 1, 2, 3, tzinfo=UTC)
ADDRESS = "203.0.113.77"
IDS = {"config.IdempotencyKey.caller"}  # a number, which the row of a deleted account keeps
# What is marked by the way it is made, and not afterwards.
MADE = {"accounts.User.username": NAME, "accounts.UsernameClaim.name": NAME}


def furnish(owner: User, *, make_track: Any) -> None:
    """Let the person have rows and objects of every kind."""
    track = make_track(owner, title="Some track", visibility="private", description="Some words")
    with ContentFile(png(), name="cover.png") as image:
        services.set_artwork(track=track, image=image, at=timezone.now())
    share = sharing.Wish(label="Some words", password="some words")
    sharing.make_share_link(kind=TRACK, thing=track, by=owner, wish=share, at=timezone.now())
    for slot in Slot:
        with ContentFile(png(), name="face.png") as image:
            set_picture(user=owner, slot=slot, image=image, at=timezone.now())
    add_uploads(owner)
    add_words(owner, track=track)
    add_comments(owner, track=track)
    add_playlist(owner, track=track)
    add_ties(owner)
    add_ways_in(owner)
    device = Device(user_agent="Some browser", address="192.0.2.1")
    issue_ticket(session=open_session(user=owner, device=device, at=timezone.now()).session, at=timezone.now())
    UsernameClaim.objects.create(name="canaryname-before", user=owner)
    owner.groups.add(Group.objects.create(name="Some group"))
    owner.user_permissions.add(Permission.objects.first())
    IdempotencyKey.objects.create(
        caller=name_of_caller(owner.pk), key="k", request_digest="", status=201, headers={}, body=b"{}",
        created_at=timezone.now(),
    )  # fmt: skip


def add_words(owner: User, *, track: Track) -> None:
    """What the person likes, shows to others and says, and somebody who names them."""
    at, viewer = timezone.now(), Viewer(user=owner)
    other = add_user(User(username="singer", email="singer@example.org", created_at=at, verified_at=at), at=at)
    post = publish_post(author=other, body=f"Listen to @{owner.username}.", at=at)
    engagement.like(kind=engagement.TRACK_LIKES, viewer=viewer, thing_id=track.pk, at=at)
    engagement.like(kind=engagement.POST_LIKES, viewer=viewer, thing_id=post.pk, at=at)
    TrackRepost.objects.create(person=owner, track=track, caption="Some words", created_at=at, is_counted=False)
    publish_post(author=owner, body="Some words", at=at)


def add_comments(owner: User, *, track: Track) -> None:
    """Something that they said, said otherwise, and in which they are named."""
    viewer, words = Viewer(user=owner), comments.Words(body="Some words")
    said = comments.add_comment(track_id=track.pk, viewer=viewer, words=words, at=timezone.now()).comment
    comments.edit_comment(comment=said, viewer=viewer, body="Other words", at=timezone.now())
    hear_something(owner, track=track)
    engagement.like(kind=engagement.COMMENT_LIKES, viewer=viewer, thing_id=said.pk, at=timezone.now())
    CommentMention.objects.create(comment=said, person=owner)


def add_playlist(owner: User, *, track: Track) -> None:
    """A list of theirs, with a picture that they chose."""
    said = {"title": "Some evening", "description": "Some words"}
    made = playlists.create_playlist(owner=owner, details=said, track_ids=[track.pk], at=timezone.now())
    at, viewer = timezone.now(), Viewer(user=owner)
    engagement.like(kind=engagement.PLAYLIST_LIKES, viewer=viewer, thing_id=made.pk, at=at)
    wish = {"thing_id": made.pk, "caption": "Some words", "at": at}
    engagement.repost(kind=engagement.PLAYLIST_REPOSTS, viewer=viewer, **wish)
    share = sharing.Wish(label="Some words", password="some words")
    sharing.make_share_link(kind=PLAYLIST, thing=made, by=owner, wish=share, at=at)
    with ContentFile(png(), name="cover.png") as image:
        playlists.set_artwork(playlist=made, image=image, by=owner, at=timezone.now())


def hear_something(owner: User, *, track: Track) -> None:
    """A play, and the wish that an older one be forgotten."""
    at = timezone.now()
    caller = plays.Caller(user_id=owner.pk, address="address:192.0.2.1", user_agent="Some browser")
    begun = {"viewer": Viewer(user=owner), "caller": caller, "origin": plays.Origin()}
    play_id = plays.start_play(track_id=track.pk, **begun, at=at)
    plays.beat_play(play_id=play_id, caller=caller, beat=plays.Beat(position_ms=100, listened_ms=100), at=at)
    plays.clear_history(user_id=owner.pk, at=at - timedelta(days=1))


def add_ties(owner: User) -> None:
    """Somebody else, and everything that can stand between two people."""
    at = timezone.now()
    friend = add_user(User(username="friend", email="friend@example.org", created_at=at, verified_at=at), at=at)
    social.follow_user(follower=owner, followed=friend, at=at)
    social.follow_user(follower=friend, followed=owner, at=at)
    social.mute_user(muter=owner, muted=friend, scope=MuteScope.REPOSTS, at=at)
    social.record_activity(actor_id=owner.pk, verb=Verb.REPOST, kind=Kind.TRACK, object_id=1, at=at)
    share_space(owner, friend)
    Block.objects.create(blocker=owner, blocked=friend, created_at=at)


def share_space(owner: User, friend: User) -> None:
    """A space of the person's own, with an invitation to somebody's address; and an invitation to them."""
    at = timezone.now()
    own = social.create_space(owner=owner, name="Some space", description="Some words", at=at)
    theirs = social.create_space(owner=friend, name="Another space", at=at)
    social.invite_address(space=own, by=owner, email="guest@example.org", role=SpaceRole.EDITOR, at=at)
    social.invite_person(space=theirs, by=friend, person=owner, role=SpaceRole.EDITOR, at=at)


def add_ways_in(owner: User) -> None:
    """What else signs the person in, leads to them, or lets others in."""
    at = timezone.now()
    session = open_session(user=owner, device=Device(user_agent="Some browser", address="192.0.2.1"), at=at).session
    issue_personal_token(session=session, label="script", scopes=[Scope.READ], at=at)
    issue_invite(made_by=owner, at=at, expires_at=at + timedelta(days=1))
    connect(user=owner, uid="1", email="some@example.org", at=at)
    UsernameChange.objects.create(user=owner, before="somebody", changed_at=at)
    FormerAddress.objects.create(user=owner, email="former@example.org", left_at=at)
    MailedKey.objects.create(user=owner, purpose=Purpose.EMAIL_CHANGE, version=0, expires_at=at + timedelta(days=1))
    Authenticator.objects.create(user=owner, type=Authenticator.Type.TOTP, data={})
    SecondFactorDraft.objects.create(user=owner, secret="", created_at=at)


def add_uploads(owner: User) -> None:
    """One file that still comes, one that is complete, one that was given up."""
    at = timezone.now()

    def offer(filename: str) -> Upload:
        return uploads.open_upload(
            owner=owner, offer=uploads.Offer(filename=filename, size=4), protocol=Protocol.TUS, at=at
        )

    path_of(offer("coming.wav").key).write_bytes(b"RI")
    complete = offer("complete.wav")
    path_of(complete.key).unlink()
    storage.store(key=Sound(key=complete.key).original_key, content=ContentFile(b"RIFF"))
    Upload.objects.filter(pk=complete.pk).update(state=UploadState.COMPLETE)
    uploads.cancel_upload(upload=offer("cancelled.wav"), at=at)


def marked_models() -> list[type[models.Model]]:
    """Every model of ours that holds something personal, the composition root's too."""
    ours = [model for app in (*DOMAIN, "config") for model in apps.get_app_config(app).get_models()]
    return [model for model in ours if getattr(model, "pii", None)]


def way_to_a_person(model: type[models.Model], seen: frozenset[type] = frozenset()) -> str | None:
    """The shortest lookup that leads over relations from a row to a person; None where there is none."""
    if model is User:
        return "pk"
    ways = []
    for field in model._meta.get_fields():
        if not (field.is_relation and field.concrete) or field.related_model in seen:
            continue
        further = way_to_a_person(field.related_model, seen | {model})
        if further is not None:
            ways.append(field.name if further == "pk" else f"{field.name}__{further}")
    return min(ways, key=lambda way: way.count("__"), default=None)


def rows_of(model: type[models.Model], user: User) -> models.QuerySet:
    """The rows of a model that lead to the person."""
    if model is IdempotencyKey:
        return model.objects.filter(caller=name_of_caller(user.pk))
    return model._default_manager.filter(**{str(way_to_a_person(model)): user.pk})


def mark(field: models.Field, label: str) -> tuple[Any, str]:
    """A value for a personal column, and the text by which it is found again."""
    text = f"Canary{sum(label.encode()) % 9973}{field.name}".replace("_", "")
    if isinstance(field, models.DateTimeField):
        moment = MOMENT + timedelta(days=len(field.name))
        return moment, moment.strftime("%Y-%m-%d")
    if isinstance(field, models.GenericIPAddressField):
        return ADDRESS, ADDRESS
    if isinstance(field, models.JSONField | ArrayField):
        return [{"name": text, "role": "singer"} if isinstance(field, models.JSONField) else text], text
    if isinstance(field, models.BinaryField):
        return text.encode(), text
    if isinstance(field, models.EmailField):
        return f"{text.lower()}@example.org", f"{text.lower()}@example.org"
    return text[: field.max_length], text[: field.max_length]


def mark_everything(user: User) -> dict[str, str]:
    """Write a mark into every personal column of every row of the person: column -> mark."""
    marks = dict(MADE)
    for model in marked_models():
        rows = rows_of(model, user)
        assert rows.exists(), f"furnish() makes no {model._meta.label}: let it"
        for name in sorted(model.pii):
            label = f"{model._meta.label}.{name}"
            # A relation is a number, which the row of a deleted account keeps.
            if label not in {*MADE, *IDS} and not model._meta.get_field(name).is_relation:
                value, marks[label] = mark(model._meta.get_field(name), label)
                rows.update(**{name: value})
    return marks


def where_it_stands(text: str) -> list[str]:
    """The tables of the database in whose rows the text stands, whatever the type of the column."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(table_name) FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        assert len(tables) > 20
        found = []
        for table in tables:
            cursor.execute(
                f"SELECT count(*) FROM {table} AS held WHERE held::text ILIKE %s OR held::text LIKE %s",  # noqa: S608 -- names that the database told
                [f"%{text}%", f"%{text.encode().hex()}%"],
            )
            found += [table] if cursor.fetchone()[0] else []
    return found


def all_objects(folder: str = "") -> Iterator[str]:
    """The keys of everything that is stored."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from (f"{prefix}{name}" for name in files)
    for name in folders:
        yield from all_objects(f"{prefix}{name}")


def run_export(user: User) -> AccountExport:
    """An export from the wish to the archive."""
    export = leaving.request_export(user=user, at=timezone.now())
    assert export_account(export_id=export.pk)
    return AccountExport.objects.get(pk=export.pk)
