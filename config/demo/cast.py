"""The people of the demo: all of them invented, all with the same password, which protects nothing."""

from dataclasses import dataclass

PASSWORD = "listen-closely"  # noqa: S105 -- printed by `make run`; seeded on development machines only


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in. `colours` are those of their covers, dark to light (red, green, blue)."""

    username: str
    display_name: str
    bio: str
    city: str
    is_staff: bool = False
    colours: tuple[tuple[int, int, int], ...] = ()

    @property
    def email(self) -> str:
        """An address in a domain that is reserved for examples."""
        return f"{self.username}@example.org"


MARA = Person(
    username="mara-quill",
    display_name="Mara Quill",
    bio="Slow music for windows, platforms and kitchens. Strings, brass and a piano with too much felt.",
    city="Tromsø",
    colours=((18, 32, 58), (38, 78, 112), (112, 156, 170), (236, 196, 150), (250, 236, 214)),
)
OKTO = Person(
    username="okto-vane",
    display_name="Okto Vane",
    bio="Machines that count to four, and sometimes to twelve. Made at night, best heard while moving.",
    city="Rotterdam",
    colours=((14, 10, 34), (60, 24, 108), (208, 42, 122), (255, 126, 84), (120, 240, 232)),
)
JUNO = Person(
    username="juno-pell",
    display_name="Juno Pell",
    bio="Beats cut from paper: dusty drums, low bass, melodies that arrive a little late.",
    city="Bristol",
    colours=((44, 40, 46), (226, 92, 62), (240, 176, 66), (72, 134, 120), (247, 239, 224)),
)
NILS = Person(
    username="nils-farrow",
    display_name="Nils Farrow",
    bio="I make nothing. I listen to everything twice.",
    city="Graz",
)
ADMIN = Person(username="admin", display_name="House Staff", bio="Keeps the lights on.", city="", is_staff=True)

ARTISTS = (MARA, OKTO, JUNO)
PEOPLE = (*ARTISTS, NILS, ADMIN)

# Username, password and what one sees by signing in so.
LOGINS = (
    (MARA.username, PASSWORD, "artist: ambient, waltz, chorale and a private sketch"),
    (OKTO.username, PASSWORD, "artist: house, night drive and an unlisted study"),
    (JUNO.username, PASSWORD, "artist: lo-fi, breakbeat and dub"),
    (NILS.username, PASSWORD, "listener"),
    (ADMIN.username, PASSWORD, "staff: the admin"),
)
