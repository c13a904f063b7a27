"""What the hidden does where others see it, and others with what is the hidden's."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

import engagement.services as engagement
import social.services as social
from accounts.models import User
from config.lib.viewer import Viewer
from engagement.comments import services as comments
from engagement.models import Comment, Play, Post
from engagement.plays import services as plays
from engagement.posts.services import publish_post
from playlists.services import create_playlist
from social.choices import SpaceRole
from social.models import Space, SpaceInvitation
from tracks.models import Track

WORDS = "canarywords"
# The title, and the address, of the third's playlist, in which there is something of the hidden's.
PLAYED = "evening"


@dataclass(frozen=True)
class Deeds:
    """What there is of it: the hidden's, but for the thread of the third's under whose track the hidden speaks too."""

    said: Comment
    answered: Comment
    thread: Comment
    post: Post
    space: Space


def let_act(hidden: User, viewer: User, third: User, *, stage: Track, own: Track, public: Track) -> Deeds:
    """On the third's track, `stage`, all three meet; the viewer likes what is the hidden's, and takes away what the
    hidden said to `own`, which is the viewer's."""
    at = timezone.now()
    thread = say(third, stage, "Some words of mine", at=at)
    said, answered = say(hidden, stage, WORDS, at=at), say(hidden, stage, f"{WORDS} too", parent=thread, at=at)
    say(viewer, stage, "Some words of the viewer's", at=at)
    common = publish_post(author=third, body="Something for everybody.", at=at)
    post = publish_post(author=hidden, body=WORDS, track_id=public.pk, at=at)
    seen = Viewer(user=hidden)
    engagement.like(kind=engagement.TRACK_LIKES, viewer=seen, thing_id=stage.pk, at=at)
    engagement.like(kind=engagement.POST_LIKES, viewer=seen, thing_id=common.pk, at=at)
    engagement.repost(kind=engagement.TRACK_REPOSTS, viewer=seen, thing_id=stage.pk, caption=WORDS, at=at)
    engagement.like(kind=engagement.TRACK_LIKES, viewer=Viewer(user=viewer), thing_id=public.pk, at=at)
    engagement.like(kind=engagement.POST_LIKES, viewer=Viewer(user=viewer), thing_id=post.pk, at=at)
    engagement.like(kind=engagement.COMMENT_LIKES, viewer=Viewer(user=viewer), thing_id=said.pk, at=at)
    engagement.repost(kind=engagement.TRACK_REPOSTS, viewer=Viewer(user=third), thing_id=public.pk, caption=None, at=at)
    let_play(hidden, viewer, third, track_ids=[public.pk, stage.pk], at=at)
    hear(viewer, public, at=at)
    gone = say(hidden, own, f"{WORDS} taken away", at=at)
    comments.delete_comment(comment=gone, by=viewer, at=at)
    space = social.create_space(owner=hidden, name=WORDS, description=WORDS, at=at)
    return Deeds(said, answered, thread, post, space)


def let_play(hidden: User, viewer: User, third: User, *, track_ids: list[int], at: datetime) -> None:
    """The hidden and the third have a playlist each; everybody likes and reposts both, and the third speaks of the
    hidden's."""
    made = [
        create_playlist(owner=person, details={"title": title, "description": title}, track_ids=track_ids, at=at)
        for person, title in ((hidden, WORDS), (third, PLAYED))
    ]
    for person in (hidden, viewer, third):
        seen, caption = Viewer(user=person), WORDS if person == hidden else "Some words"
        for found in made:
            engagement.like(kind=engagement.PLAYLIST_LIKES, viewer=seen, thing_id=found.pk, at=at)
            wish = {"thing_id": found.pk, "caption": caption, "at": at}
            engagement.repost(kind=engagement.PLAYLIST_REPOSTS, viewer=seen, **wish)
    publish_post(author=third, body="Something to play.", playlist_id=made[0].pk, at=at)


def invite(hidden: User, viewer: User, *, space: Space) -> SpaceInvitation:
    """The viewer is asked into the hidden's space."""
    return social.invite_person(space=space, by=hidden, person=viewer, role=SpaceRole.VIEWER, at=timezone.now())


def hear(person: User, track: Track, *, at: datetime) -> None:
    """Somebody hears a minute of a track of two, and leaves it there."""
    caller = plays.Caller(user_id=person.pk, address="address:192.0.2.1", user_agent="Some browser")
    begun_at = at - timedelta(minutes=1)
    begun = {"viewer": Viewer(user=person), "caller": caller, "origin": plays.Origin()}
    play_id = plays.start_play(track_id=track.pk, **begun, at=begun_at)
    Play.objects.named(play_id).update(duration_ms=120_000)
    beat = plays.Beat(position_ms=60_000, listened_ms=60_000)
    plays.beat_play(play_id=play_id, caller=caller, beat=beat, at=at)


def say(person: User, track: Track, body: str, *, at: datetime, parent: Comment | None = None) -> Comment:
    """A comment of that person."""
    words = comments.Words(body=body, parent_id=parent and parent.pk)
    return comments.add_comment(track_id=track.pk, viewer=Viewer(user=person), words=words, at=at).comment
