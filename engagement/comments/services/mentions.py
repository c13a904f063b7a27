"""Who is named in a comment."""

import re

from accounts.models import User
from accounts.usernames import normalized
from config.lib.viewer import Viewer
from engagement.comments.models import Comment, CommentMention
from engagement.comments.services.brakes import MENTIONS_MOST, TooManyMentions

# Not within an address, a mail address or another word.
NAMED = re.compile(r"(?<![\w@/.-])@([a-z][a-z0-9_-]{2,29})(?![\w@-])", re.IGNORECASE)


def names_in(body: str) -> set[str]:
    """The usernames that the words name. Raises TooManyMentions."""
    names = {normalized(name) for name in NAMED.findall(body)}
    if len(names) > MENTIONS_MOST:
        raise TooManyMentions(most=MENTIONS_MOST)
    return names


def settle_mentions(comment: Comment, *, names: set[str], viewer: Viewer) -> None:
    """Keep who is named, whom the author can see; nobody names themselves."""
    claimed = {"username_claims__name__in": names, "username_claims__expires_at__isnull": True}
    people = User.objects.visible_to(viewer).filter(**claimed).exclude(pk=comment.author_id)
    named = set(people.values_list("pk", flat=True)) if names else set()
    CommentMention.objects.filter(comment=comment).exclude(person_id__in=named).delete()
    CommentMention.objects.bulk_create(
        [CommentMention(comment=comment, person_id=person_id) for person_id in sorted(named)], ignore_conflicts=True
    )
