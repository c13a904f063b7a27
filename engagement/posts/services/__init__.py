"""Everything that changes a post."""

from engagement.posts.services.brakes import PostRepeated, PostsTooFast, PostTooManyLinks, PostTooManyMentions
from engagement.posts.services.erasing import erase_posts
from engagement.posts.services.trash import PostJustWritten, purge_post, purge_posts, restore_post
from engagement.posts.services.writing import edit_post, publish_post, trash_post

__all__ = [
    "PostJustWritten",
    "PostRepeated",
    "PostTooManyLinks",
    "PostTooManyMentions",
    "PostsTooFast",
    "edit_post",
    "erase_posts",
    "publish_post",
    "purge_post",
    "purge_posts",
    "restore_post",
    "trash_post",
]
