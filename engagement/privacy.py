"""What engagement holds of a person: what they liked, reposted, wrote and said."""

from collections.abc import Iterator

import engagement.comments.privacy as comments
import engagement.plays.privacy as plays
from config.lib.privacy import Holding, Table, documents
from engagement.models import (
    CommentLike,
    PlaylistLike,
    PlaylistRepost,
    Post,
    PostLike,
    PostMention,
    TrackLike,
    TrackRepost,
)
from engagement.posts.services import erase_posts
from engagement.services import erase_marks

TABLES: tuple[Table, ...] = (
    *comments.TABLES,
    *plays.TABLES,
    Table(
        name="engagement/liked-tracks",
        model=TrackLike,
        of="person_id",
        columns=("track", "created_at"),
        about="The ids of the tracks that are liked.",
    ),
    Table(
        name="engagement/liked-playlists",
        model=PlaylistLike,
        of="person_id",
        columns=("playlist", "created_at"),
        about="The ids of the playlists that are liked.",
    ),
    Table(
        name="engagement/liked-comments",
        model=CommentLike,
        of="person_id",
        columns=("comment", "created_at"),
        about="The ids of the comments that are liked.",
    ),
    Table(
        name="engagement/liked-posts",
        model=PostLike,
        of="person_id",
        columns=("post", "created_at"),
        about="The ids of the posts that are liked.",
    ),
    Table(
        name="engagement/reposted-tracks",
        model=TrackRepost,
        of="person_id",
        columns=("track", "caption", "created_at"),
        about="The ids of the tracks that were shown to followers, and what was said of them.",
    ),
    Table(
        name="engagement/reposted-playlists",
        model=PlaylistRepost,
        of="person_id",
        columns=("playlist", "caption", "created_at"),
        about="The ids of the playlists that were shown to followers, and what was said of them.",
    ),
    Table(
        name="engagement/posts",
        model=Post,
        of="author_id",
        columns=("id", "body", "track", "playlist", "created_at", "edited_at", "deleted_at"),
        about="What was written, that in the trash too.",
    ),
    Table(
        name="engagement/post-mentions",
        model=PostMention,
        of="person_id",
        columns=("post",),
        about="The ids of the posts of others that name this account.",
    ),
)


def export(user_id: int) -> Iterator[Holding]:
    """All that is handed out."""
    return documents(TABLES, user_id)


def erase(user_id: int) -> None:
    """Forget all of it. Twice is once."""
    erase_marks(user_id=user_id)
    erase_posts(user_id=user_id)
    comments.erase(user_id)
    plays.erase(user_id)
