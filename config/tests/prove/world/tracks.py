"""What owners do with their tracks."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from config.tests.prove.world.base import Life
from tracks import services
from tracks.choices import Visibility
from tracks.models import Track

positions = st.integers(0, 99)


class TrackRules(Life):
    """Publishing, privatising, unlisting, throwing away."""

    @rule(position=positions, visibility=st.sampled_from(Visibility.values))
    def show(self, position: int, visibility: str) -> None:
        number, piece = self.chosen(position)
        if not self.acts(piece.owner):
            return
        track, at = self.tracks[number], self.tick()
        gone = Track.DoesNotExist if piece.trashed else None
        changes = {"visibility": visibility}
        if self.attempt(lambda: services.update_track(track=track, changes=changes, at=at), expected=gone):
            first = visibility == "public" and not piece.published
            piece.visibility, piece.published = visibility, self.step if first else piece.published

    @rule(position=positions, sure=st.integers(0, 3))
    def throw_away(self, position: int, sure: int) -> None:
        """More seldom than the rest: nothing comes back from the trash."""
        number, piece = self.chosen(position)
        if not sure and self.acts(piece.owner):
            services.trash_track(track=self.tracks[number], at=self.tick())
            piece.trashed = True

    def chosen(self, position: int):
        """One of the tracks, by its number."""
        number = sorted(self.model.pieces)[position % len(self.model.pieces)]
        return number, self.model.pieces[number]
