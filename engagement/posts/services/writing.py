from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.queries import people_mentioned
from config.lib import advisory
from config.lib.events import emit
from config.lib.viewer import Viewer
from engagement.posts.events import PostEdited, PostPublished, PostTrashed
from engagement.posts.models import Post, PostCounts, PostMention
from engagement.posts.services.brakes import check_new, check_pace, check_words
from playlists.models import Playlist
from social.choices import Kind, Verb
from social.services import record_activity
from tracks.models import Track

# What a post can bring, by the name of its column.
BROUGHT: Mapping[str, Any] = {"track": Track, "playlist": Playlist}


def hold_posts(author_id: int) -> None:
    """Let nobody else write for this person until the transaction ends: at once or one by one, the brakes see all."""
    advisory.hold(f"engagement.posts:{author_id}")


@transaction.atomic
def publish_post(
    *, author: User, body: str, track_id: int | None = None, playlist_id: int | None = None, at: datetime
) -> Post:
    """Let somebody say something, with a track or a playlist to hear if they like.

    Raises PostTooManyLinks, PostTooManyMentions, PostsTooFast, PostRepeated, and the DoesNotExist of what the author
    cannot see or what is in no list.
    """
    check_words(body)
    hold_posts(author.pk)
    check_pace(author_id=author.pk, at=at)
    check_new(author_id=author.pk, body=body, at=at)
    post = Post(author=author, body=body, created_at=at)
    attach(post, {"track_id": track_id, "playlist_id": playlist_id})
    post.save()
    PostCounts.objects.create(post=post)
    settle_mentions(post)
    record_activity(actor_id=author.pk, verb=Verb.PUBLISH, kind=Kind.POST, object_id=post.pk, at=at)
    emit(PostPublished(post_id=post.pk, owner_id=author.pk))
    return post


@transaction.atomic
def edit_post(*, post: Post, changes: Mapping[str, Any], at: datetime) -> Post:
    """Write what `changes` names of `body`, `track_id` and `playlist_id`. Changing nothing says nothing.

    Raises as `publish_post` does, but never for its pace; and Post.DoesNotExist.
    """
    hold_posts(post.author_id)
    post = lock_open_post(post.pk)
    changed = {name: value for name, value in changes.items() if getattr(post, name) != value}
    if not changed:
        return post
    if "body" in changed:
        check_words(changed["body"])
        check_new(author_id=post.author_id, body=changed["body"], at=at, but=post.pk)
        post.body = changed["body"]
    attach(post, changed)
    post.edited_at = at
    post.save(update_fields=["body", *BROUGHT, "edited_at"])
    settle_mentions(post)
    emit(PostEdited(post_id=post.pk, owner_id=post.author_id))
    return post


@transaction.atomic
def trash_post(*, post: Post, at: datetime) -> None:
    """Move a post to the trash: nobody reads it there. Raises Post.DoesNotExist, the second time too."""
    post = lock_open_post(post.pk)
    post.deleted_at = at
    post.save(update_fields=["deleted_at"])
    emit(PostTrashed(post_id=post.pk, owner_id=post.author_id))


def lock_open_post(post_id: int) -> Post:
    """A post that is not in the trash, as it is now, held until the transaction ends. Raises Post.DoesNotExist."""
    held = Post.objects.select_for_update(of=("self",), no_key=True).select_related("author")
    return held.get(pk=post_id, deleted_at__isnull=True)


def attach(post: Post, wish: Mapping[str, Any]) -> None:
    """Let the post bring what `wish` names by `track_id` or `playlist_id`: one thing, so that the other goes. None
    takes that one away, and what is not named stays.

    Raises the DoesNotExist of what the author does not show to everybody.
    """
    viewer = Viewer(user=post.author)
    ids = {noun: wish[f"{noun}_id"] for noun in BROUGHT if f"{noun}_id" in wish}
    if any(ids.values()):
        ids = dict.fromkeys(BROUGHT) | ids
    for noun, thing_id in ids.items():
        shown = BROUGHT[noun].objects.visible_to(viewer).listed()
        setattr(post, noun, thing_id and shown.get(pk=thing_id))


def settle_mentions(post: Post) -> None:
    """Keep whom the post names now, and nobody else; whom its author cannot see it does not name."""
    named = people_mentioned(post.body, viewer=Viewer(user=post.author))
    PostMention.objects.filter(post=post).exclude(person_id__in=named).delete()
    add_mentions(post, named)


def add_mentions(post: Post, people: Collection[int]) -> None:
    """Those that stand already stay as they are."""
    rows = [PostMention(post=post, person_id=person_id) for person_id in people]
    PostMention.objects.bulk_create(rows, ignore_conflicts=True)
