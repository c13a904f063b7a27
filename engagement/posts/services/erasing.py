from django.db import transaction

from accounts.queries import names_of
from accounts.usernames import without_names
from engagement.posts.models import LONGEST, Post, PostMention
from engagement.posts.services.writing import hold_posts
from social.choices import Kind
from social.services import forget_object

BATCH = 200


def erase_posts(*, user_id: int) -> None:
    """Forget everything that a person wrote, and their name where others mentioned it, in short transactions.

    What else those others wrote stays. Twice is once.
    """
    while drop_some(user_id=user_id):
        pass
    names = names_of(user_id)
    while unname_some(user_id=user_id, names=names):
        pass


@transaction.atomic
def drop_some(*, user_id: int) -> int:
    """Drop some posts, with what others did with them; how many were found."""
    hold_posts(user_id)
    found = list(Post.objects.by(user_id).order_by("pk").values_list("pk", flat=True)[:BATCH])
    for post_id in found:
        forget_object(kind=Kind.POST, object_id=post_id)
    Post.objects.filter(pk__in=found).delete()
    return len(found)


@transaction.atomic
def unname_some(*, user_id: int, names: set[str]) -> int:
    """Let nobody stand behind some mentions of the person; how many were found."""
    mentions = PostMention.objects.filter(person_id=user_id).order_by("post_id")
    found = list(mentions.values_list("post_id", flat=True)[:BATCH])
    for post in Post.objects.select_for_update(no_key=True).filter(pk__in=found).order_by("pk"):
        post.body = without_names(post.body, names)[:LONGEST]
        post.save(update_fields=["body"])
    PostMention.objects.filter(person_id=user_id, post_id__in=found).delete()
    return len(found)
