"""The pieces themselves: each module holds one arrangement."""

from collections.abc import Mapping

from config.demo.music.arrangement import Arrangement
from config.demo.music.pieces.chorale import CHORALE
from config.demo.music.pieces.dub import DUB
from config.demo.music.pieces.glasshouse import GLASSHOUSE
from config.demo.music.pieces.harbour import HARBOUR
from config.demo.music.pieces.kitchen import KITCHEN
from config.demo.music.pieces.kites import KITES
from config.demo.music.pieces.ring_road import RING_ROAD
from config.demo.music.pieces.tea import TEA
from config.demo.music.pieces.waltz import WALTZ
from config.demo.music.pieces.windows import WINDOWS

ARRANGEMENTS: Mapping[str, Arrangement] = {
    "harbour": HARBOUR,
    "waltz": WALTZ,
    "chorale": CHORALE,
    "kitchen": KITCHEN,
    "glasshouse": GLASSHOUSE,
    "ring_road": RING_ROAD,
    "windows": WINDOWS,
    "tea": TEA,
    "kites": KITES,
    "dub": DUB,
}
