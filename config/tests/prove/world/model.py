"""What should be: who stands, who is parted from whom, whose tracks are open to whom. Nothing here asks a database."""

from dataclasses import dataclass, field

from social.choices import SpaceRole

# People by name; nobody, who only looks, has none.
Name = str | None


@dataclass
class Person:
    """`suspended` and `leaving` shut a person out; the rest is their own wish."""

    suspended: bool = False
    leaving: bool = False
    discoverable: bool = True
    followings_public: bool = True
    likes_public: bool = True

    @property
    def stands(self) -> bool:
        return not self.suspended and not self.leaving


@dataclass
class Piece:
    """A track that can be played. `published` is the step at which it became public first."""

    owner: str
    visibility: str
    published: int = 0
    trashed: bool = False
    in_studio: bool = False

    @property
    def is_public(self) -> bool:
        return self.visibility == "public" and not self.trashed


@dataclass(frozen=True)
class Member:
    """Somebody in the studio, the one space of this world; `since` is the step at which they became what they are."""

    role: SpaceRole
    since: int


@dataclass
class People:
    """Pairs are (who does it, to whom); their values the step at which it was done."""

    people: dict[str, Person]
    pieces: dict[int, Piece]
    studio: dict[str, Member]
    follows: dict[tuple[str, str], int] = field(default_factory=dict)
    blocks: dict[tuple[str, str], int] = field(default_factory=dict)
    mutes: dict[tuple[str, str], int] = field(default_factory=dict)

    def parted(self, one: Name, other: Name) -> bool:
        return (one, other) in self.blocks or (other, one) in self.blocks

    def meets(self, viewer: Name, person: str) -> bool:
        """Whether the viewer may see what is public of a person."""
        return self.people[person].stands and not self.parted(viewer, person)

    def sees(self, viewer: Name, person: str) -> bool:
        """Whether the viewer may open a person's profile."""
        return viewer == person or self.meets(viewer, person)

    def seen(self, viewer: Name) -> set[str]:
        return {person for person in self.people if self.sees(viewer, person)}

    def listed_people(self, viewer: Name) -> set[str]:
        return {name for name, person in self.people.items() if self.meets(viewer, name) and person.discoverable}

    def visible(self, viewer: Name, number: int) -> bool:
        """Whether the viewer may open a track."""
        piece = self.pieces[number]
        if piece.trashed or not self.people[piece.owner].stands:
            return False
        if viewer is not None and (piece.owner == viewer or (piece.in_studio and viewer in self.studio)):
            return True
        return piece.visibility in {"public", "unlisted"} and not self.parted(viewer, piece.owner)

    def open_pieces(self, viewer: Name) -> set[int]:
        return {number for number in self.pieces if self.visible(viewer, number)}

    def listed_pieces(self, viewer: Name, *, owner: str | None = None) -> list[int]:
        """The latest published first."""
        found = [number for number in self.open_pieces(viewer) if self.pieces[number].is_public]
        theirs = [number for number in found if owner in {None, self.pieces[number].owner}]
        return sorted(theirs, key=lambda number: -self.pieces[number].published)

    def is_listed(self, number: int) -> bool:
        """Whether lists show a track to everybody whom no block parts from its owner."""
        piece = self.pieces[number]
        return piece.is_public and self.people[piece.owner].stands

    def own_pieces(self, owner: str) -> set[int]:
        return {number for number in self.open_pieces(owner) if self.pieces[number].owner == owner}

    def visible_follows(self, viewer: Name) -> set[tuple[str, str]]:
        return {pair for pair in self.follows if all(self.meets(viewer, person) for person in pair)}

    def followers(self, viewer: Name, person: str) -> list[str]:
        """The newest first, as all that follow."""
        pairs = [pair for pair in self.newest(self.follows) if pair[1] == person]
        return [follower for follower, _ in pairs if self.meets(viewer, follower)]

    def followings(self, viewer: Name, person: str) -> list[str] | None:
        """None where the person keeps them private."""
        if not self.people[person].followings_public and viewer != person:
            return None
        pairs = [pair for pair in self.newest(self.follows) if pair[0] == person]
        return [followed for _, followed in pairs if self.meets(viewer, followed)]

    def blocked(self, viewer: str) -> list[str]:
        """Of those who are shut out nothing is told meanwhile."""
        return [other for one, other in self.newest(self.blocks) if one == viewer and self.people[other].stands]

    def muted(self, viewer: str) -> list[str]:
        return [other for one, other in self.newest(self.mutes) if one == viewer and self.meets(viewer, other)]

    def counts(self, person: str) -> tuple[int, int, int]:
        """(followers, followings, tracks) on a profile, the same for everybody who sees it."""
        counted = [pair for pair in self.follows if all(self.people[name].stands for name in pair)]
        tracks = [piece for piece in self.pieces.values() if piece.owner == person and piece.is_public]
        sides = [sum(pair[side] == person for pair in counted) for side in (1, 0)]
        return sides[0], sides[1], len(tracks)

    def members(self, viewer: Name) -> list[str]:
        """Who is in the studio, as its members see it: blocks part nobody there."""
        return sorted(name for name in self.studio if viewer in self.studio and self.people[name].stands)

    def is_last_owner(self, name: str) -> bool:
        """Whether nobody else who can act owns the studio."""
        others = [other for other in self.studio if other != name and self.people[other].stands]
        return self.role(name) == SpaceRole.OWNER and all(self.role(other) != SpaceRole.OWNER for other in others)

    def role(self, name: str) -> SpaceRole | None:
        """What somebody is in the studio."""
        return self.studio[name].role if name in self.studio else None

    @property
    def face(self) -> str:
        """The owner of the studio of the longest standing: whose everything is that was brought by who is gone."""
        owners = [name for name, member in self.studio.items() if member.role == SpaceRole.OWNER]
        return min(owners, key=lambda name: self.studio[name].since)

    @staticmethod
    def newest(pairs: dict[tuple[str, str], int]) -> list[tuple[str, str]]:
        return sorted(pairs, key=lambda pair: -pairs[pair])
