from django.db import transaction

from engagement.posts.models import Post, PostMention
from engagement.posts.services.writing import hold_posts
from social.choices import Kind
from social.services import forget_object

BATCH = 200


def erase_posts(*, user_id: int) -> None:
    """Forget everything that a person wrote, and where others named them, in short transactions. Twice is once."""
    while drop_some(user_id=user_id):
        pass
    PostMention.objects.filter(person_id=user_id).delete()


@transaction.atomic
def drop_some(*, user_id: int) -> int:
    """Drop some posts, with what others did with them; how many were found."""
    hold_posts(user_id)
    found = list(Post.objects.by(user_id).order_by("pk").values_list("pk", flat=True)[:BATCH])
    for post_id in found:
        forget_object(kind=Kind.POST, object_id=post_id)
    Post.objects.filter(pk__in=found).delete()
    return len(found)
