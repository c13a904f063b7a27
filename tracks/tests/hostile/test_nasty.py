"""Every day: the nastiest files through the real pipeline, each to the one end that is right for it."""

import pytest

from tracks.models import Sound
from tracks.tests.conftest import assert_tidy, owned, run, stored
from tracks.tests.hostile.case import Aims, Refused
from tracks.tests.hostile.corpus import CASES, EVERYDAY, NASTIEST
from tracks.tests.hostile.listening import Listener

pytestmark = pytest.mark.django_db
TOLERANCE_MS = 50


def test_the_corpus_is_large_and_each_file_has_a_name_of_its_own():
    assert len({case.name for case in CASES}) == len(CASES) >= 60
    assert {case.name for case in EVERYDAY} == NASTIEST


def test_what_is_accepted_beyond_plain_sound_says_why_it_is_harmless():
    taken = [case for case in CASES if not isinstance(case.expected, Refused) and case.name != "cover-right.mp3"]
    assert [case.name for case in taken if not case.why and not case.expected.has_cover] == []


@pytest.mark.parametrize("case", EVERYDAY, ids=lambda case: case.name)
def test_a_hostile_file_comes_to_its_one_right_end(case, owner, stranger, upload, upload_bytes, tmp_path, rooms):
    neighbour = upload(stranger).sounds.get()
    (tmp_path / "listener").mkdir()
    with Listener(tmp_path / "listener") as listener:
        aims = Aims(neighbour=tmp_path / "media" / neighbour.original_key, url=listener.url)
        (tmp_path / case.name).write_bytes(case.make(aims))
        sound = upload_bytes(owner, tmp_path / case.name).sounds.get()
        assert run(sound)
        assert listener.settle() == []
    sound = Sound.objects.get(pk=sound.pk)
    if isinstance(case.expected, Refused):
        assert (sound.state, sound.failure_code) == ("failed", case.expected.code)
        assert sound.failure_reason.endswith(".")
    else:
        assert sound.state == "ready", sound.failure_code
        assert abs(sound.duration_ms - case.expected.duration_ms) <= TOLERANCE_MS
        assert bool(sound.track.artwork) is case.expected.has_cover
    assert stored() == owned()
    assert_tidy(rooms)
