"""What keeps posts from becoming noise: how fast, how alike, and how full of links and names they may be."""

import re
from datetime import datetime, timedelta

from accounts.usernames import names_in
from config.lib.errors import DomainError
from engagement.posts.models import Post

MOST_LINKS = 3
MOST_MENTIONS = 10
MOST_POSTS = 10
IN = timedelta(minutes=10)
# The same words again are taken after so long.
APART = timedelta(hours=1)
# What becomes a link where it is shown: an address, or what looks like a host's name with `www.`
LINK = re.compile(r"(?:https?://|\bwww\.)\S", re.IGNORECASE)


class PostTooManyLinks(DomainError):
    code = "post_too_many_links"
    title = "A post takes {most} links at most; this one has {found}."


class PostTooManyMentions(DomainError):
    code = "post_too_many_mentions"
    title = "A post mentions {most} people at most; this one names {found}."


class PostRepeated(DomainError):
    code = "post_repeated"
    title = "You wrote the same a moment ago; say it again in {retry_after_s} seconds, or say something else."


class PostsTooFast(DomainError):
    code = "posts_too_fast"
    status = 429
    title = "You wrote {most} posts in {minutes} minutes; the next one can be written in {retry_after_s} seconds."


def check_words(body: str) -> None:
    """Raise PostTooManyLinks, PostTooManyMentions."""
    links, names = len(LINK.findall(body)), len(names_in(body))
    if links > MOST_LINKS:
        raise PostTooManyLinks(most=MOST_LINKS, found=links)
    if names > MOST_MENTIONS:
        raise PostTooManyMentions(most=MOST_MENTIONS, found=names)


def check_pace(*, author_id: int, at: datetime) -> None:
    """Raise PostsTooFast. What was thrown away counts too. The caller lets nobody else write for this person."""
    recent = Post.objects.by(author_id).filter(created_at__gt=at - IN).order_by("-created_at", "-id")
    times = list(recent.values_list("created_at", flat=True)[:MOST_POSTS])
    if len(times) == MOST_POSTS:
        wait = seconds_until(times[-1] + IN, at=at)
        raise PostsTooFast(most=MOST_POSTS, minutes=IN // timedelta(minutes=1), retry_after_s=wait)


def check_new(*, author_id: int, body: str, at: datetime, but: int = 0) -> None:
    """Raise PostRepeated where another post of the last while (not the one with the id `but`) says the same."""
    others = Post.objects.by(author_id).filter(created_at__gt=at - APART).exclude(pk=but)
    for created_at, said in others.order_by("-created_at", "-id").values_list("created_at", "body"):
        if alike(said) == alike(body):
            raise PostRepeated(retry_after_s=seconds_until(created_at + APART, at=at))


def alike(body: str) -> str:
    """What stays of a text when its case and its spaces say nothing."""
    return " ".join(body.casefold().split())


def seconds_until(moment: datetime, *, at: datetime) -> int:
    """Whole seconds, of which the last is over by then."""
    return int((moment - at).total_seconds()) + 1
