"""The bucket: signed addresses that open one thing for a while, uploads in parts, downloads into files."""

import time
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from config.lib import bucket, storage
from config.lib.bucket import Bucket, BucketRefused, BucketTrouble, PartOfUpload
from config.lib.testing_bucket import make_bucket, rclone

MB = 1024**2


@pytest.fixture
def strict(tmp_path, settings) -> Bucket:
    """A bucket whose server looks at signatures."""
    with rclone(tmp_path) as address:
        settings.BUCKET = make_bucket(address, name="strict")
        yield settings.BUCKET


def put(key: str, content: bytes) -> None:
    bucket.inside().put_object(**bucket.place(key), Body=content)


def get(address: str, **headers: str) -> httpx.Response:
    return httpx.get(address, headers=headers, timeout=60)


def send(key: str, multipart_id: str, pieces: list[bytes]) -> list[PartOfUpload]:
    """Put the pieces as a stranger would who has nothing but the signed addresses."""
    parts = []
    for number, piece in enumerate(pieces, start=1):
        address = bucket.sign_part(key, multipart_id=multipart_id, number=number, size=len(piece), expires_s=60)
        answer = httpx.put(address, content=piece, timeout=60)
        assert answer.status_code == 200, answer.text
        parts.append(PartOfUpload(number=number, etag=answer.headers["etag"]))
    return parts


def test_an_instance_without_a_bucket_has_none(settings):
    settings.BUCKET = None
    assert not bucket.is_on()
    with pytest.raises(RuntimeError):
        bucket.where()


def test_there_is_one_client_for_an_address(in_bucket):
    assert bucket.is_on()
    assert bucket.inside() is bucket.inside()


@pytest.mark.parametrize(
    ("changes", "origin"),
    [
        ({}, "http://s3:8333"),
        ({"public": "https://files.example"}, "https://files.example"),
        ({"endpoint": None}, "https://sound.s3.amazonaws.com"),
        ({"endpoint": None, "region": "eu-central-1"}, "https://sound.s3.eu-central-1.amazonaws.com"),
    ],
)
def test_signed_addresses_lead_where_the_policy_of_pages_allows(settings, changes, origin):
    plain = Bucket(
        name="sound", endpoint="http://s3:8333", public=None, region="us-east-1", access_key="a", secret_key="b"
    )
    settings.BUCKET = replace(plain, **changes)
    assert settings.BUCKET.origin == origin
    assert bucket.sign_read("key", verb="GET", expires_s=60, headers={}).startswith(f"{origin}/")


def test_a_signed_address_reads_one_object_with_the_headers_that_we_say(strict):
    put("sound", b"0123456789")
    headers = {"ContentType": "audio/mp4", "CacheControl": "private, no-cache"}
    address = bucket.sign_read("sound", verb="GET", expires_s=60, headers=headers)
    answer = get(address)
    assert (answer.status_code, answer.content) == (200, b"0123456789")
    assert httpx.head(bucket.sign_read("sound", verb="HEAD", expires_s=60, headers={})).status_code == 200


def test_an_address_that_was_changed_or_is_over_opens_nothing(strict):
    put("sound", b"0123456789")
    put("other", b"secret")
    short = bucket.sign_read("sound", verb="GET", expires_s=1, headers={})
    address = bucket.sign_read("sound", verb="GET", expires_s=600, headers={})
    assert get(address.replace("/sound?", "/other?")).status_code == 403
    assert get(address[:-1] + ("0" if address[-1] != "0" else "1")).status_code == 403
    assert get(address.partition("?")[0]).status_code in {400, 403}
    assert httpx.put(address, content=b"mine now").status_code in {400, 403}
    time.sleep(2.1)
    assert get(short).status_code in {400, 403}
    assert storage_bytes("sound") == b"0123456789"


def storage_bytes(key: str) -> bytes:
    sink = BytesIO()
    bucket.download(key, sink)
    return sink.getvalue()


def test_a_part_takes_so_many_bytes_and_no_others(strict):
    multipart_id = bucket.start_multipart("sound")
    address = bucket.sign_part("sound", multipart_id=multipart_id, number=1, size=5, expires_s=60)
    for content in (b"0123", b"012345"):
        assert httpx.put(address, content=content).status_code == 403
    assert httpx.put(address, content=b"01234").status_code == 200
    assert httpx.put(address.replace("partNumber=1", "partNumber=2"), content=b"01234").status_code == 403


@pytest.mark.parametrize("server", ["in_bucket", "strict"])
def test_parts_become_one_object_that_nobody_writes_to_any_more(request, server):
    request.getfixturevalue(server)
    multipart_id = bucket.start_multipart("sound")
    pieces = [b"a" * 5 * MB, b"b" * 7]
    parts = send("sound", multipart_id, pieces)
    late = bucket.sign_part("sound", multipart_id=multipart_id, number=1, size=5, expires_s=60)
    with pytest.raises(FileNotFoundError):
        storage_bytes("sound")
    bucket.complete_multipart("sound", multipart_id=multipart_id, parts=parts)
    assert storage_bytes("sound") == b"".join(pieces)
    for _ in range(20):
        assert httpx.put(late, content=b"again").status_code >= 400
    assert storage_bytes("sound") == b"".join(pieces)


def test_an_upload_that_never_was_is_not_completed(strict):
    with pytest.raises(BucketRefused):
        bucket.complete_multipart("sound", multipart_id="never-was", parts=[PartOfUpload(number=1, etag="x")])


def test_parts_that_make_no_object_are_refused(in_bucket):
    multipart_id = bucket.start_multipart("sound")
    [part] = send("sound", multipart_id, [b"a" * MB])
    for parts in ([PartOfUpload(number=1, etag="another")], [part, PartOfUpload(number=2, etag=part.etag)]):
        with pytest.raises(BucketRefused):
            bucket.complete_multipart("sound", multipart_id=multipart_id, parts=parts)


def test_an_upload_in_parts_is_thrown_away_twice_without_harm(in_bucket):
    multipart_id = bucket.start_multipart("sounds/a/original")
    send("sounds/a/original", multipart_id, [b"a" * MB])
    [(key, name, begun_at)] = bucket.list_multiparts(prefix="sounds/")
    assert (key, name) == ("sounds/a/original", multipart_id)
    assert begun_at < timezone.now()
    assert list(bucket.list_multiparts(prefix="other/")) == []
    for _ in range(2):
        bucket.abort_multipart("sounds/a/original", multipart_id=multipart_id)
    assert list(bucket.list_multiparts(prefix="sounds/")) == []


def test_a_bucket_that_does_not_answer_or_does_not_know_us_is_trouble(settings, strict):
    settings.BUCKET = replace(strict, secret_key="another")
    with pytest.raises(BucketTrouble):
        bucket.start_multipart("sound")
    settings.BUCKET = replace(strict, endpoint="http://127.0.0.1:9")
    with pytest.raises(BucketTrouble):
        bucket.start_multipart("sound")


def test_objects_are_stored_read_moved_in_brought_and_removed(in_bucket, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    storage.store(key="sounds/ab/original", content=ContentFile(b"sound"))
    with pytest.raises(FileExistsError):
        storage.store(key="sounds/ab/original", content=ContentFile(b"another"))
    assert storage.read("sounds/ab/original") == b"sound"
    assert (storage.size_of("sounds/ab/original"), storage.size_of("sounds/none")) == (5, None)
    file = tmp_path / "file"
    file.write_bytes(b"x" * 3 * MB)
    storage.move_in(key="sounds/ab/original", path=file)
    assert not file.exists()
    storage.bring(key="sounds/ab/original", target=tmp_path / "brought")
    assert (tmp_path / "brought").read_bytes() == b"x" * 3 * MB
    storage.copy_folder(source="sounds/ab", target="sounds/cd")
    assert storage.delete_folder(prefix="sounds/ab") == 1
    assert default_storage.listdir("sounds") == (["cd"], [])


def test_bringing_what_is_not_there_leaves_nothing_and_writes_over_nothing(in_bucket, tmp_path):
    with pytest.raises(FileNotFoundError):
        storage.bring(key="nothing", target=tmp_path / "input")
    assert not (tmp_path / "input").exists()
    storage.store(key="there", content=ContentFile(b"sound"))
    (tmp_path / "input").write_bytes(b"the only copy")
    with pytest.raises(FileExistsError):
        storage.bring(key="there", target=tmp_path / "input")
    assert Path(tmp_path / "input").read_bytes() == b"the only copy"
