"""One space, the studio: who is in it as what, and which tracks."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

import social.services as social
from config.lib.testing import Api
from config.tests.prove.world.base import Life, pairs, people, positions
from config.tests.prove.world.doors import cards, ids
from config.tests.prove.world.model import Member, Name
from social.choices import SpaceRole
from social.models import Space, SpaceInvitation, SpaceMember
from tracks.models import Track
from tracks.services import NotBroughtByYou, move_track

roles = st.sampled_from(SpaceRole)
lower_roles = st.sampled_from([role for role in SpaceRole if role != SpaceRole.OWNER])
Refusal = type[Exception] | None


class SpaceRules(Life):
    """Coming in, being something else, going; tracks brought in and taken out."""

    @rule(pair=pairs, role=lower_roles)
    def ask_in(self, pair: tuple[str, str], role: SpaceRole) -> None:
        """Whom a block parts from who asked them does not find the invitation."""
        one, other = pair
        if not (self.acts(one) and self.acts(other)):
            return
        at, space = self.tick(), self.studio()
        expected = self.unmanaged(one, role) or (social.AlreadyMember if other in self.model.studio else None)
        asked = {"by": self.users[one], "person": self.users[other], "role": role}
        if self.attempt(lambda: social.invite_person(space=space, **asked, at=at), expected=expected):
            word = str(SpaceInvitation.objects.get(invitee=self.users[other]).pk)
            found = None if self.model.meets(other, one) else social.InvitationInvalid
            user = self.users[other]
            if self.attempt(lambda: social.accept_invitation(word=word, user=user, at=at), expected=found):
                self.model.studio[other] = Member(role, self.step)

    @rule(pair=pairs, role=roles)
    def let_be(self, pair: tuple[str, str], role: SpaceRole) -> None:
        """Something else."""
        one, other = pair
        if not self.acts(one):
            return
        at, expected = self.tick(), self.unchangeable(one, other, role)
        said = {"space": self.studio(), "by": self.users[one], "person": self.users[other], "role": role}
        changes = self.model.role(other) != role
        if self.attempt(lambda: social.change_role(**said, at=at), expected=expected) and changes:
            self.model.studio[other] = Member(role, self.step)

    @rule(one=people, other=people)
    def remove(self, one: str, other: str) -> None:
        """Or leave, which nobody forbids but to the last owner. What they brought is another's from then on."""
        if not self.acts(one):
            return
        at, expected = self.tick(), self.unremovable(one, other)
        said = {"space": self.studio(), "by": self.users[one], "person": self.users[other]}
        if self.attempt(lambda: social.remove_member(**said, at=at), expected=expected):
            del self.model.studio[other]
            for number, piece in self.model.pieces.items():
                if piece.in_studio and piece.owner == other:
                    piece.owner = self.model.face
                    self.settle_piece(number)

    @rule(name=people, position=positions)
    def move(self, name: str, position: int) -> None:
        """A track into the studio, or out of it."""
        if not self.acts(name):
            return
        number, piece = self.chosen(position)
        at, track = self.tick(), Track.objects.get(pk=number)
        space_id = None if piece.in_studio else self.studio().pk
        expected = self.uneditable(name)
        if expected is None and piece.trashed:
            expected = Track.DoesNotExist
        elif expected is None and piece.owner != name:
            expected = NotBroughtByYou
        by = self.users[name]
        if self.attempt(lambda: move_track(track=track, space_id=space_id, by=by, at=at), expected=expected):
            piece.in_studio = not piece.in_studio

    def walk_further(self, name: Name, client: Api) -> None:
        super().walk_further(name, client)
        if name is None:
            return
        model, pk = self.model, self.studio().pk
        inside = name in model.studio
        assert ids(client, "spaces/") == ([pk] if inside else [])
        there = [number for number, piece in model.pieces.items() if piece.in_studio and model.visible(name, number)]
        members, tracks = cards(client, f"spaces/{pk}/members/"), ids(client, f"spaces/{pk}/tracks/")
        if not inside:
            assert [members, tracks] == [None, None]
            return
        assert sorted(card["user"]["username"] for card in members) == model.members(name)
        assert sorted(tracks or ()) == sorted(there)

    def studio(self) -> Space:
        return Space.objects.get()

    def uneditable(self, name: str) -> Refusal:
        """Why somebody may not change what is in the studio."""
        role = self.model.role(name)
        if role is None:
            return Space.DoesNotExist
        return None if role.reaches(SpaceRole.EDITOR) else social.RoleTooLow

    def unmanaged(self, name: str, *touched: SpaceRole) -> Refusal:
        """Why somebody may not decide over people of these roles: owners do over all, admins over those below them."""
        role = self.model.role(name)
        if role is None:
            return Space.DoesNotExist
        below = role == SpaceRole.ADMIN and not any(other.reaches(SpaceRole.ADMIN) for other in touched)
        return None if role == SpaceRole.OWNER or below else social.RoleTooLow

    def unchangeable(self, one: str, other: str, role: SpaceRole) -> Refusal:
        now = self.model.role(other)
        if self.model.role(one) is None:
            return Space.DoesNotExist
        if now is None:
            return SpaceMember.DoesNotExist
        if now == role:
            return None
        is_last = role != SpaceRole.OWNER and self.model.is_last_owner(other)
        return self.unmanaged(one, now, role) or (social.LastOwner if is_last else None)

    def unremovable(self, one: str, other: str) -> Refusal:
        now = self.model.role(other)
        if self.model.role(one) is None:
            return Space.DoesNotExist
        if now is None:
            return SpaceMember.DoesNotExist
        refused = None if one == other else self.unmanaged(one, now)
        return refused or (social.LastOwner if self.model.is_last_owner(other) else None)
