"""The frame of the machine: one transaction a life, a clock of its own, and people who act only while they may."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.fields import TextField
from django.db.models.functions import Cast, Concat
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from accounts.models import User
from accounts.services import update_profile
from config.lib.errors import DomainError
from config.lib.testing import Api
from config.lib.viewer import Viewer
from config.tests.prove.world.model import Member, Name, Person, Piece
from social.choices import SpaceRole
from social.models import SpaceMember
from tracks.models import Track
from tracks.sharing.queries import ShareLinkAbsent

NAMES = ("owner", "fan", "stranger")
BEGINNING = datetime(2031, 1, 1, tzinfo=UTC)
people = st.sampled_from(NAMES)
pairs = st.permutations(NAMES).map(lambda names: (names[0], names[1]))
switches = st.booleans()
positions = st.integers(0, 99)
LOOKERS: tuple[Name, ...] = (None, *NAMES)
REFUSALS = (ObjectDoesNotExist, DomainError, ShareLinkAbsent)


def joined(*columns: str) -> Concat:
    """Some columns as one text, `owner/fan`."""
    texts = [part for column in columns for part in (Value("/"), Cast(column, TextField()))][1:]
    return Concat(*texts, output_field=TextField())


class Life(RuleBasedStateMachine):
    """The people of NAMES, their tracks and one space are in the database; whatever happens to them is undone at the
    end."""

    lookers = LOOKERS
    model_class: Any

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.users = {user.username: user for user in User.objects.get_queryset().filter(username__in=NAMES)}
        tracks = Track.objects.select_related("owner").order_by("pk")
        self.tracks = {track.pk: track for track in tracks}
        published = {track.pk: number for number, track in enumerate(tracks.exclude(published_at=None), start=-100)}
        pieces = {
            pk: Piece(owner=track.owner.username, visibility=track.visibility, published=published.get(pk, 0))
            for pk, track in self.tracks.items()
        }
        members = SpaceMember.objects.values_list("person__username", "role")
        self.model = self.model_class(
            people={name: Person() for name in self.users},
            pieces=pieces,
            studio={name: Member(SpaceRole(role), -1) for name, role in members},
        )
        self.step = 0

    def tick(self) -> datetime:
        """The time of the next deed; no two are of the same."""
        self.step += 1
        return BEGINNING + timedelta(minutes=self.step)

    def acts(self, name: str) -> bool:
        """Whether the person can do anything: who is shut out is refused at every door."""
        return self.model.people[name].stands

    def attempt(self, act: Callable[[], Any], *, expected: type[Exception] | None = None) -> bool:
        """The service does what the model says that it does; whether it came through."""
        raised = None
        try:
            self.result = act()
        except REFUSALS as error:
            raised = type(error)
        assert raised is expected, f"raised {raised}, expected {expected}"
        return raised is None

    def made(self, make: Callable[[], Any], *, expected: type[Exception] | None = None) -> Any:
        """The same, for what it has made; None where it was refused."""
        return self.result if self.attempt(make, expected=expected) else None

    def viewer(self, name: Name) -> Viewer:
        """Somebody, or nobody, who looks."""
        return Viewer(user=AnonymousUser() if name is None else self.users[name])

    def chosen(self, position: int) -> tuple[int, Piece]:
        """One of the tracks, by chance, with its number."""
        number = sorted(self.model.pieces)[position % len(self.model.pieces)]
        return number, self.model.pieces[number]

    def wish(self, name: str, what: str, *, on: bool) -> None:
        if self.acts(name):
            update_profile(user=self.users[name], changes={what: on})
            setattr(self.model.people[name], what, on)

    def settle(self, name: str) -> None:
        """What follows when somebody's standing has changed; the relay does it at once."""

    def settle_piece(self, number: int) -> None:
        """What follows when more, or fewer, may find a track."""

    def questions(self) -> Iterator[tuple[str, QuerySet]]:
        """What everybody asks of the rows; each answer is one column."""
        yield from ()

    def expected(self) -> dict[str, list]:
        """The answers that the model gives to the same questions."""
        return {}

    def walk_further(self, name: Name, client: Api) -> None:
        """Through the doors of further nouns; `client` is the person's, or nobody's."""

    def look(self) -> None:
        """At the end of a life, while it is not yet undone."""

    def teardown(self) -> None:
        try:
            self.look()
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)
