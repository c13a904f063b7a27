"""The headers of tus, one by one."""

from base64 import b64encode

import pytest

from tracks.uploads import tus
from tracks.uploads.services import Offer

SHA1_OF_HELLO_WORLD = "2aae6c35c94fcfb415dbe95f408b9ce91ee846ed"


def b64(text: str) -> str:
    return b64encode(text.encode()).decode()


@pytest.mark.parametrize("version", [None, "", "1.0", "0.2.2", "1.0.0, 2.0.0"])
def test_another_version_is_not_spoken(version):
    with pytest.raises(tus.TusVersionUnsupported):
        tus.check_version({"tus-resumable": version} if version is not None else {})
    tus.check_version({"tus-resumable": "1.0.0"})


@pytest.mark.parametrize("text", ["", "-1", "1.5", "ten", "0x10", "1" * 19, "1\n", "٣"])
def test_a_length_is_a_number(text):
    with pytest.raises(tus.TusHeaderInvalid) as refused:
        tus.number_in({"upload-length": text}, "upload-length")
    assert refused.value.facts == {"header": "upload-length"}


def test_metadata_say_what_comes():
    said = f"filename {b64('Nachtbüs.wav')},filetype {b64('audio/wav')}, is_private,sha256 {b64('a' * 64)}"
    offer = tus.offer_in({"upload-length": "10", "Upload-Length": "10", "upload-metadata": said})
    assert offer == Offer(filename="Nachtbüs.wav", size=10, content_type="audio/wav", sha256="a" * 64, metadata=said)


def test_an_upload_may_say_nothing_of_itself():
    for headers in ({}, {"upload-metadata": ""}):
        assert tus.offer_in({"Upload-Length": "7", **headers}) == Offer(filename="", size=7)


@pytest.mark.parametrize(
    "said",
    [
        "filename not-base64!",
        f"filename {b64('a')},filename {b64('b')}",
        " ,, filename",
        "filename /w==",
        f"sha256 {b64('abc')}",
        "a " + b64("x" * 5000),
        f"schlüssel {b64('a')}",
    ],
)
def test_metadata_that_cannot_be_read_are_refused(said):
    with pytest.raises(tus.TusHeaderInvalid) as refused:
        tus.offer_in({"Upload-Length": "7", "upload-metadata": said})
    assert refused.value.facts == {"header": "Upload-Metadata"}


def test_a_checksum_is_an_algorithm_and_a_digest():
    assert tus.checksum_in({}) is None
    checksum = tus.checksum_in({"upload-checksum": "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0="})
    assert (checksum.algorithm, checksum.digest) == ("sha1", bytes.fromhex(SHA1_OF_HELLO_WORLD))


@pytest.mark.parametrize(
    ("text", "error"),
    [("md5 AAAA", tus.ChecksumUnsupported), ("", tus.ChecksumUnsupported), ("sha1 !", tus.TusHeaderInvalid)],
)
def test_a_checksum_that_cannot_be_read_is_refused(text, error):
    with pytest.raises(error):
        tus.checksum_in({"upload-checksum": text})
