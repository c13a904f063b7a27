"""Addresses and codes made from text."""

import pytest

from tracks.texts import isrc, slug


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Night Bus (Live)", "night-bus-live"),
        ("Straße nach Ærø", "strasse-nach-aero"),
        ("Łódź", "lodz"),
        ("Déjà vu", "deja-vu"),
        ("Ночной автобус", "nochnoi-avtobus"),
        ("Щастя їжака", "shchastya-izhaka"),
        ("Νύχτα στη θάλασσα", "nychta-sti-thalassa"),
        ("\u0130stanbul \u0131\u015f\u0131k", "istanbul-isik"),
        ("夜", ""),
        ("ليل", ""),
        ("👩\u200d🚀", ""),
        ("---", ""),
        ("../../etc", "etc"),
    ],
)
def test_a_slug_spells_letters_by_their_sound(title, expected):
    assert slug(title) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("QZ-ES1-26-00001", "QZES12600001"),
        ("qzes12600001", "QZES12600001"),
        ("QZES1260000", ""),
        ("QZES12600001\n", ""),
        ("", ""),
    ],
)
def test_an_isrc_is_twelve_characters_without_hyphens(text, expected):
    assert isrc(text) == expected
