"""What becomes of a request whose picture the program cannot read, does not end, or has no time for."""

import json
from threading import BoundedSemaphore

import pytest
from django.core.files.base import ContentFile

from config.lib.pictures import program, taking
from config.lib.pictures.images import MAX_BYTES, VARIANTS, PictureRefused
from config.lib.pictures.taking import PictureBusy, take_picture
from config.lib.sandbox.errors import CRASHED, TOO_LARGE, TOOK_TOO_LONG, ProgramFailed, ProgramLost
from config.tests.lib.pictures.makers import encoded, quarters


@pytest.fixture
def image() -> ContentFile:
    return ContentFile(encoded(quarters(), "PNG"))


@pytest.fixture
def rooms(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return tmp_path


def test_a_picture_comes_back_and_nothing_of_it_stays(image, rooms):
    assert set(take_picture(image).variants) == set(VARIANTS)
    assert list(rooms.iterdir()) == []


def test_a_refusal_says_why_and_leaves_nothing(rooms):
    with pytest.raises(PictureRefused, match="not a JPEG"):
        take_picture(ContentFile(b"GIF89a"))
    assert list(rooms.iterdir()) == []


def test_what_is_too_large_is_not_even_written_down(rooms, monkeypatch):
    monkeypatch.setattr(taking, "AT_ONCE", None)
    with pytest.raises(PictureRefused, match="larger than 10 MB"):
        take_picture(ContentFile(bytes(MAX_BYTES + 1)))


@pytest.mark.parametrize(
    ("trouble", "answer", "words"),
    [
        (ProgramFailed(TOOK_TOO_LONG), PictureRefused, "it takes too long to read"),
        (ProgramFailed(TOO_LARGE), PictureRefused, "it is damaged"),
        (ProgramFailed(CRASHED), PictureRefused, "it is damaged"),
        (ProgramLost("killed"), PictureBusy, "send yours again"),
    ],
)
def test_a_program_that_is_ended_ends_the_request_with_a_reason(image, rooms, monkeypatch, trouble, answer, words):
    def ended(*_, **__):
        raise trouble

    monkeypatch.setattr(taking, "run", ended)
    with pytest.raises(answer, match=words):
        take_picture(image)
    assert list(rooms.iterdir()) == []


@pytest.mark.parametrize("code", ["raise MemoryError", "print('x' * 100_000)", "while True: pass"])
def test_a_program_that_goes_astray_is_stopped(image, rooms, monkeypatch, code):
    monkeypatch.setattr(taking, "PROGRAM", code)
    monkeypatch.setattr(taking, "LIMITS", taking.Limits(wall_seconds=30, cpu_seconds=1))
    with pytest.raises(PictureRefused):
        take_picture(image)


def test_who_comes_while_too_many_pictures_are_decoded_is_told_when_to_come_again(image, rooms, monkeypatch):
    monkeypatch.setattr(taking, "AT_ONCE", BoundedSemaphore(1))
    monkeypatch.setattr(taking, "PATIENCE_S", 0.01)
    with taking.AT_ONCE, pytest.raises(PictureBusy) as busy:
        take_picture(image)
    assert busy.value.facts == {"retry_after_s": 5}
    assert take_picture(image).color


def test_the_program_leaves_the_variants_beside_the_source_and_says_what_the_picture_is(tmp_path, monkeypatch, capsys):
    (tmp_path / "source").write_bytes(encoded(quarters(), "PNG"))
    monkeypatch.chdir(tmp_path)
    program.main()
    assert json.loads(capsys.readouterr().out)["color"].startswith("#")
    assert {path.name for path in tmp_path.iterdir()} == {"source", *VARIANTS}
    (tmp_path / "source").write_bytes(b"GIF89a")
    assert program.work(tmp_path) == {"refused": "it is not a JPEG, PNG or WebP file."}
