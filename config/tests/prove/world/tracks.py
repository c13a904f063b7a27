"""What owners do with their tracks."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from config.tests.prove.world.base import Life, positions
from social.choices import SpaceRole
from social.services import RoleTooLow
from tracks import services
from tracks.choices import Visibility
from tracks.models import Track


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
            self.settle_piece(number)

    @rule(position=positions, sure=st.integers(0, 3))
    def throw_away(self, position: int, sure: int) -> None:
        """More seldom than the rest."""
        number, piece = self.chosen(position)
        if not sure and self.acts(piece.owner):
            services.trash_track(track=self.tracks[number], at=self.tick())
            piece.trashed = True
            self.settle_piece(number)


class TrashRules(Life):
    """What was thrown away comes back."""

    @rule(position=positions)
    def bring_back(self, position: int) -> None:
        """In a space its editors do."""
        number, piece = self.chosen(position)
        if not self.acts(piece.owner):
            return
        role = self.model.role(piece.owner)
        refused = piece.in_studio and (role is None or not role.reaches(SpaceRole.EDITOR))
        track, by, at = Track.objects.get(pk=number), self.users[piece.owner], self.tick()
        if self.attempt(
            lambda: services.restore_track(track=track, by=by, at=at), expected=RoleTooLow if refused else None
        ):
            piece.trashed = False
            self.settle_piece(number)
