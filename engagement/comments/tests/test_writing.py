"""What may be said to a track, and what is refused, why and until when."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.models import User
from accounts.services import suspend_user
from config.lib.testing import emitted
from config.lib.viewer import Viewer
from engagement.comments import services
from engagement.comments.events import CommentCreated
from engagement.comments.models import Comment, CommentMention
from engagement.comments.services import Words, brakes
from social.services import block_user
from tracks.models import Track

pytestmark = pytest.mark.django_db
S, M = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def send(track):
    def add(author, at, body="Lovely", **words):
        return services.add_comment(
            track_id=track.pk, viewer=Viewer(user=author), words=Words(body=body, **words), at=at
        )

    return add


def test_a_comment_counts_and_is_told(track, fan, send, at, comments_count):
    client_id = uuid4()
    with emitted() as events:
        added = send(fan, at, timestamp_ms=1500, client_id=client_id)
    comment = added.comment
    assert events == [
        CommentCreated(
            comment_id=comment.pk,
            track_id=track.pk,
            owner_id=track.owner_id,
            author_id=fan.pk,
            parent_id=None,
            client_id=str(client_id),
        )
    ]
    assert (comments_count(), comment.counts.replies, added.is_new) == (1, 0, True)


def test_a_reply_to_a_reply_hangs_on_the_first_comment(owner, fan, say, comments_count):
    head = say(fan)
    reply = say(owner, to=head)
    further = say(fan, to=reply)
    assert (reply.parent_id, further.parent_id) == (head.pk, head.pk)
    head.counts.refresh_from_db()
    assert (head.counts.replies, comments_count()) == (2, 3)


def test_where_the_owner_takes_no_comments_nobody_says_anything(track, owner, fan, say):
    kept = say(fan)
    Track.objects.update(comments_enabled=False)
    for person in (fan, owner):
        with pytest.raises(services.CommentsClosed):
            say(person)
    assert Comment.objects.visible_to(Viewer(user=fan)).get() == kept


@pytest.mark.parametrize(("moment", "taken"), [(0, True), (60_000, True), (60_001, False)])
def test_a_moment_lies_within_the_sound(fan, send, at, moment, taken):
    if taken:
        assert send(fan, at, timestamp_ms=moment).comment.timestamp_ms == moment
    else:
        with pytest.raises(services.TimestampBeyondEnd, match="60000"):
            send(fan, at, timestamp_ms=moment)


def test_a_track_without_sound_has_no_moment(track, owner, send, at):
    Track.objects.update(duration_ms=None)
    with pytest.raises(services.TimestampBeyondEnd):
        send(owner, at, timestamp_ms=1)


def test_one_answers_only_what_one_sees_on_this_track(owner, fan, stranger, say, make_track, at):
    other = make_track(owner, title="Other")
    deleted, elsewhere, blocked = say(fan), say(fan, on=other), say(stranger)
    services.delete_comment(comment=deleted, by=fan, at=at)
    block_user(blocker=stranger, blocked=fan, at=at)
    for parent in (deleted, elsewhere, blocked):
        with pytest.raises(Comment.DoesNotExist):
            say(fan, to=parent)


def test_the_same_client_id_says_it_once(fan, stranger, send, at, comments_count):
    name = {"client_id": uuid4()}
    first = send(fan, at, **name)
    with emitted() as events:
        again = send(fan, at, **name)
    assert (again.comment, again.is_new, events, comments_count()) == (first.comment, False, [], 1)
    assert send(stranger, at, **name).is_new, "it is each author's own"
    for other in ({"timestamp_ms": 3}, {"body": "Other words"}):
        with pytest.raises(services.ClientIdReused):
            send(fan, at, **other, **name)
    services.edit_comment(comment=first.comment, viewer=Viewer(user=fan), body="Lovelier", at=at)
    assert send(fan, at, **name).comment == first.comment, "what it said when it was sent is no longer asked"
    services.delete_comment(comment=first.comment, by=fan, at=at)
    with pytest.raises(Comment.DoesNotExist):
        send(fan, at, **name)


def test_who_cannot_open_the_track_says_nothing(track, owner, fan, send, at):
    block_user(blocker=owner, blocked=fan, at=at)
    with pytest.raises(Track.DoesNotExist):
        send(fan, at)


def test_who_was_suspended_a_moment_ago_says_nothing(track, fan, send, at):
    suspend_user(user=User.objects.get(pk=fan.pk), reason="spam", at=at)
    with pytest.raises(User.DoesNotExist):
        send(fan, at)
    assert not Comment.objects.exists()


def test_a_person_has_room_for_so_many_in_a_minute(fan, send, at):
    for n in range(10):
        send(fan, at + n * S, f"word {n}")
    with pytest.raises(services.CommentsTooFast) as told:
        send(fan, at + 20 * S, "more")
    assert told.value.facts == {"retry_after_s": 40}
    assert send(fan, at + 60 * S, "more").is_new


def test_and_for_so_many_in_an_hour(fan, send, at):
    for n in range(100):
        send(fan, at + n * 10 * S, f"word {n}")
    with pytest.raises(services.CommentsTooFast) as told:
        send(fan, at + 20 * M, "more")
    assert told.value.facts == {"retry_after_s": 40 * 60}


def test_the_same_words_are_taken_once_on_a_track_in_a_while(fan, stranger, send, at):
    first = send(fan, at, "Buy  this")
    services.delete_comment(comment=first.comment, by=fan, at=at)
    with pytest.raises(services.CommentRepeated) as told:
        send(fan, at + M, "buy THIS")
    assert told.value.facts == {"retry_after_s": 540}
    assert send(stranger, at + M, "Buy this").is_new
    assert send(fan, at + 10 * M, "Buy this").is_new


def test_and_a_few_times_on_others(owner, fan, make_track, at):
    def send_on(n: int):
        track = make_track(owner, title=f"Track {n}")
        words = Words(body="Buy this")
        return services.add_comment(track_id=track.pk, viewer=Viewer(user=fan), words=words, at=at + n * S)

    for n in range(3):
        send_on(n)
    with pytest.raises(services.CommentRepeated) as told:
        send_on(3)
    assert told.value.facts == {"retry_after_s": 597}


def test_a_track_takes_so_many_in_a_minute_whoever_says_them(monkeypatch, owner, fan, stranger, send, at):
    monkeypatch.setattr(brakes, "TRACK_MOST", 3)
    for n, person in enumerate((owner, fan, stranger)):
        send(person, at + n * S)
    with pytest.raises(services.TrackTooBusy) as told:
        send(fan, at + 10 * S, "more")
    assert told.value.facts == {"retry_after_s": 50}
    assert send(fan, at + M, "more").is_new


@pytest.mark.parametrize("body", ["https://a.example www.b.example HTTP://c.example", "ftp://a/ x://b/ y://c/"])
def test_links_are_few(fan, send, at, body):
    with pytest.raises(services.TooManyLinks):
        send(fan, at, body)
    assert send(fan, at, "see https://a.example and www.b.example").is_new


def test_who_is_named_is_kept(owner, fan, stranger, make_user, send, at):
    hidden = make_user("hidden")
    block_user(blocker=hidden, blocked=fan, at=at)
    comment = send(fan, at, "@Owner @stranger, @owner! @fan @hidden @nobody-here mail@stranger a@owner").comment
    assert set(CommentMention.objects.filter(comment=comment).values_list("person_id", flat=True)) == {
        owner.pk,
        stranger.pk,
    }
    services.edit_comment(comment=comment, viewer=Viewer(user=fan), body="only (@stranger)", at=at)
    assert [mention.person_id for mention in CommentMention.objects.all()] == [stranger.pk]


def test_not_everybody_is_named_at_once(fan, send, at):
    with pytest.raises(services.TooManyMentions):
        send(fan, at, " ".join(f"@person{n}" for n in range(11)))
