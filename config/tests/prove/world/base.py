"""The frame of the machine: one transaction a life, a clock of its own, and people who act only while they may."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from accounts.models import User
from config.tests.prove.world.model import Model, Person, Piece
from tracks.models import Track

NAMES = ("owner", "fan", "stranger")
BEGINNING = datetime(2031, 1, 1, tzinfo=UTC)
people = st.sampled_from(NAMES)
pairs = st.permutations(NAMES).map(lambda names: (names[0], names[1]))
switches = st.booleans()


class Life(RuleBasedStateMachine):
    """The people of NAMES and their tracks are in the database; whatever happens to them is undone at the end."""

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
        self.model = Model(people={name: Person() for name in self.users}, pieces=pieces)
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
        try:
            act()
            raised = None
        except (User.DoesNotExist, Track.DoesNotExist) as error:
            raised = type(error)
        assert raised is expected, f"raised {raised}, expected {expected}"
        return raised is None

    def look(self) -> None:
        """At the end of a life, while it is not yet undone."""

    def teardown(self) -> None:
        try:
            self.look()
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)
