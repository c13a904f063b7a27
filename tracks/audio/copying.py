"""Packets that need no second encoding: a source that is already what we would make of it is copied.

A copy keeps the sound as its maker heard it and costs a tenth of the time; but it is the uploader's own bytes that
listeners then decode. So: one sound stream of a codec, profile, rate and bit rate that we make ourselves; a decode of
the whole of it without a single error; a copy that says of itself what its source does and is as long as what was
decoded (`packaging`). What fails any of this is encoded like everything else.
"""

from tracks.audio.probe import SourceFacts
from tracks.audio.renditions import AAC, MP3, OPUS, Recipe

MPEG_1_RATES_HZ = frozenset({32_000, 44_100, 48_000})
AAC_RATES_HZ = frozenset({44_100, 48_000})
# Least and most bits a second and channel: below, a new encoding could not be heard as such; above, a copy would cost
# listeners more than the rendition is meant to.
FITTING_BPS = {AAC.kind: (48_000, 128_000), MP3.kind: (48_000, 96_000), OPUS.kind: (32_000, 80_000)}


def copy_arguments(recipe: Recipe, *, facts: SourceFacts) -> list[str] | None:
    """Output arguments that copy the source into this rendition; None where it is to be encoded."""
    if facts.sounds != 1 or facts.channels > 2 or not is_fitting(recipe, facts=facts):
        return None
    match recipe.kind, facts.codec, facts.container:
        case AAC.kind, "aac", "mp4" if facts.profile == "LC" and facts.sample_rate_hz in AAC_RATES_HZ:
            return recipe.copying()
        case AAC.kind, "aac", "aac" if facts.profile == "LC" and facts.sample_rate_hz in AAC_RATES_HZ:
            return recipe.copying("aac_adtstoasc")
        case MP3.kind, "mp3" | "mp3float", "mp3" if facts.sample_rate_hz in MPEG_1_RATES_HZ:
            return recipe.copying()
        case OPUS.kind, "opus", "ogg":
            return recipe.copying()
    return None


def is_fitting(recipe: Recipe, *, facts: SourceFacts) -> bool:
    """Whether the source's bit rate is one at which the rendition may be."""
    if recipe.kind not in FITTING_BPS or facts.bitrate_bps is None:
        return False
    least, most = FITTING_BPS[recipe.kind]
    return least <= facts.bitrate_bps / facts.channels <= most
