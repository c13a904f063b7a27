"""What people say: posts, and comments on tracks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from hypothesis import strategies as st
from hypothesis.stateful import rule

from config.lib.testing import Api
from config.tests.prove.world.base import Life, joined, people, positions, switches
from config.tests.prove.world.doors import cards, ids
from config.tests.prove.world.marks import Marks
from config.tests.prove.world.model import Name
from engagement.comments.models import Comment, CommentCounts
from engagement.comments.services import (
    CommentPlaceClosed,
    Words,
    add_comment,
    delete_comment,
    restore_comment,
    settle_comments,
)
from engagement.posts.models import Post
from engagement.posts.services import publish_post, restore_post, trash_post
from social.choices import SpaceRole
from tracks.models import Track, TrackCounts

POSTS_MOST = 4
"""Of a life: more of one person's would be held back by what keeps posts from becoming noise."""


@dataclass
class Saying:
    """A post, or with `piece` as its place a comment, below `parent` where it answers one."""

    author: str
    piece: int | None
    parent: int | None = None
    gone: str | None = None
    """Who has thrown it away."""


@dataclass
class Talk(Marks):
    """Posts and comments, by their ids."""

    posts: dict[int, Saying] = field(default_factory=dict)
    comments: dict[int, Saying] = field(default_factory=dict)

    def numbers(self, number: int) -> str:
        """`track/likes/reposts/comments`: those of people in good standing."""
        likes, reposts = (
            sum(self.people[name].stands for name, liked in marks if liked == number)
            for marks in (self.likes, self.reposts)
        )
        comments = sum(self.speaks(comment) for comment in self.comments.values() if comment.piece == number)
        return f"{number}/{likes}/{reposts}/{comments}"

    def speaks(self, saying: Saying) -> bool:
        """Whether it is there, and its author stands."""
        return saying.gone is None and self.people[saying.author].stands

    def posts_read(self, viewer: Name) -> list[str]:
        """`post/true` where it shows what it brought."""
        read = {pk: post for pk, post in self.posts.items() if post.gone is None and self.meets(viewer, post.author)}
        return [f"{pk}/{str(self.brings(viewer, post)).lower()}" for pk, post in sorted(read.items())]

    def brings(self, viewer: Name, post: Saying) -> bool:
        return post.piece is not None and self.shown(viewer, post.piece)

    def replies(self, pk: int) -> int:
        return sum(self.speaks(comment) for comment in self.comments.values() if comment.parent == pk)

    def reads(self, viewer: Name, pk: int) -> bool:
        """Whether the viewer may read a comment, or the place that it keeps as the head of a thread."""
        comment = self.comments[pk]
        assert comment.piece is not None
        authors = [comment.author, *([self.comments[comment.parent].author] if comment.parent else [])]
        if any(self.parted(viewer, author) for author in authors) or not self.visible(viewer, comment.piece):
            return False
        return self.speaks(comment) or (comment.parent is None and self.replies(pk) > 0)

    def comments_read(self, viewer: Name) -> list[str]:
        """`comment/true` where it speaks, without those of people whom the viewer does not want to be shown."""
        read = [pk for pk in sorted(self.comments) if self.reads(viewer, pk) and not self.unheard(viewer, pk)]
        return [f"{pk}/{str(self.speaks(self.comments[pk])).lower()}" for pk in read]

    def unheard(self, viewer: Name, pk: int) -> bool:
        comment = self.comments[pk]
        heads = [self.comments[comment.parent].author] if comment.parent else []
        return any((viewer, author) in self.mutes for author in (comment.author, *heads))

    def edits(self, name: str, number: int) -> bool:
        """Whether somebody may edit a track."""
        piece, role = self.pieces[number], self.role(name)
        if piece.in_studio:
            return role is not None and role.reaches(SpaceRole.EDITOR)
        return piece.owner == name


class TalkRules(Life):
    """Posts and comments."""

    model: Talk

    @rule(name=people, position=st.none() | positions)
    def post(self, name: str, position: int | None) -> None:
        if not self.acts(name) or len(self.model.posts) >= POSTS_MOST:
            return
        number, at = None if position is None else self.chosen(position)[0], self.tick()
        shown = number is None or self.model.shown(name, number)
        expected = None if shown else Track.DoesNotExist
        author, body = self.users[name], f"step {self.step}"
        said = self.made(lambda: publish_post(author=author, body=body, track_id=number, at=at), expected=expected)
        if said:
            self.model.posts[said.pk] = Saying(name, number)

    @rule(position=positions, back=switches)
    def throw_a_post_away(self, position: int, back: bool) -> None:
        """Or bring it back."""
        if not self.model.posts:
            return
        pk, post = nth(self.model.posts, position)
        if not self.acts(post.author):
            return
        row, at = Post.objects.get(pk=pk), self.tick()
        if back:
            restore_post(post=row)
            post.gone = None
        elif self.attempt(lambda: trash_post(post=row, at=at), expected=Post.DoesNotExist if post.gone else None):
            post.gone = post.author

    @rule(name=people, position=positions, below=st.none() | positions)
    def comment(self, name: str, position: int, below: int | None) -> None:
        if not self.acts(name):
            return
        number, at = self.chosen(position)[0], self.tick()
        parent = nth(self.model.comments, below)[0] if below is not None and self.model.comments else None
        expected: Any = None if self.model.visible(name, number) else Track.DoesNotExist
        if expected is None and parent and not self.may_answer(name, parent, number):
            expected = Comment.DoesNotExist
        words, viewer = Words(body=f"step {self.step}", parent_id=parent), self.viewer(name)
        added = self.made(lambda: add_comment(track_id=number, viewer=viewer, words=words, at=at), expected=expected)
        if added:
            head = parent and (self.model.comments[parent].parent or parent)
            self.model.comments[added.comment.pk] = Saying(name, number, head)

    def may_answer(self, name: str, parent: int, number: int) -> bool:
        comment = self.model.comments[parent]
        return comment.piece == number and self.model.speaks(comment) and self.model.reads(name, parent)

    @rule(position=positions, by_author=switches)
    def delete_a_comment(self, position: int, by_author: bool) -> None:
        """As its author, or as whose track it stands on."""
        if not self.model.comments:
            return
        pk, comment = nth(self.model.comments, position)
        assert comment.piece is not None
        name = comment.author if by_author else self.model.pieces[comment.piece].owner
        if self.acts(name):
            delete_comment(comment=Comment.objects.get(pk=pk), by=self.users[name], at=self.tick())
            comment.gone = comment.gone or name

    @rule(name=people, position=positions)
    def restore_a_comment(self, name: str, position: int) -> None:
        if not self.model.comments:
            return
        pk, comment = nth(self.model.comments, position)
        if not self.acts(name):
            return
        row, viewer = Comment.objects.get(pk=pk), self.viewer(name)
        if self.attempt(lambda: restore_comment(comment=row, viewer=viewer), expected=self.unrestorable(name, pk)):
            comment.gone = None

    def unrestorable(self, name: str, pk: int) -> type[Exception] | None:
        """Who deleted their own brings it back; what others took away, whoever may edit the track. Only to where they
        can read it."""
        comment = self.model.comments[pk]
        assert comment.piece is not None
        if comment.gone is None:
            return None
        own = comment.author == comment.gone
        may = comment.author == name if own else self.takes_care(name, comment)
        if not may:
            return Comment.DoesNotExist
        taken, comment.gone = comment.gone, None
        readable = self.model.reads(name, pk)
        comment.gone = taken
        return None if readable else CommentPlaceClosed

    def takes_care(self, name: str, comment: Saying) -> bool:
        assert comment.piece is not None
        return self.model.meets(name, comment.author) and self.model.edits(name, comment.piece)

    def walk_further(self, name: Name, client: Api) -> None:
        super().walk_further(name, client)
        for number in self.model.pieces:
            self.read_on(number, name, client)
        for pk, post in self.model.posts.items():
            read = post.gone is None and self.model.meets(name, post.author)
            assert (cards(client, f"posts/{pk}/") is not None) == read
        for person in filter(lambda person: self.model.sees(name, person), self.model.people):
            wanted = [pk for pk, post in self.model.posts.items() if post.author == person and post.gone is None]
            stands = self.model.meets(name, person)
            assert ids(client, f"users/{person}/posts/") == sorted(wanted if stands else [], reverse=True)

    def read_on(self, number: int, name: Name, client: Api) -> None:
        """What is said to a track."""
        model, path = self.model, f"tracks/{number}"
        if not model.visible(name, number):
            assert cards(client, f"{path}/comments/") is None
            return
        threads = {pk for pk, comment in model.comments.items() if comment.piece == number and not comment.parent}
        read = {pk for pk in threads if model.reads(name, pk) and not model.unheard(name, pk)}
        assert set(ids(client, f"{path}/comments/") or ()) == read

    def settle(self, name: str) -> None:
        super().settle(name)
        settle_comments(user_id=self.users[name].pk)

    def questions(self) -> Iterator[tuple[str, QuerySet]]:
        yield from super().questions()
        columns = joined("track_id", "likes", "reposts", "comments")
        yield "numbers of tracks", TrackCounts.objects.order_by("track_id").values_list(columns)
        yield "replies", CommentCounts.objects.order_by("pk").values_list(joined("comment_id", "replies"))
        for name in self.lookers:
            viewer = self.viewer(name)
            posts, comments = Post.objects.visible_to(viewer), Comment.objects.visible_to(viewer).unmuted(viewer)
            yield f"{name}: posts", posts.for_card(viewer).order_by("pk").values_list(joined("pk", "track_shown"))
            yield f"{name}: comments", comments.for_card().order_by("pk").values_list(joined("pk", "is_standing"))

    def expected(self) -> dict[str, list]:
        model = self.model
        found = super().expected() | {
            "numbers of tracks": [model.numbers(number) for number in sorted(model.pieces)],
            "replies": [f"{pk}/{model.replies(pk)}" for pk in sorted(model.comments)],
        }
        for name in self.lookers:
            found |= {
                f"{name}: posts": model.posts_read(name),
                f"{name}: comments": model.comments_read(name),
            }
        return found


def nth(found: dict[int, Any], position: int) -> tuple[int, Any]:
    """One of them, by chance."""
    return sorted(found.items())[position % len(found)]
