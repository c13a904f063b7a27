"""tus 1.0.0 over a real connection: each header rule, and what becomes of the bytes of requests that do not end."""

import hashlib
import json
import os
from base64 import b64encode

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from config.tests.server.tus.client import BYTES, UPLOADS, TusClient
from config.tests.server.tus.conftest import access, arrived, bearer
from tracks.models import Upload
from tracks.uploads import part, services
from tracks.uploads.choices import UploadState
from tracks.uploads.services.states import object_of

pytestmark = pytest.mark.django_db(transaction=True)

MB = 1024**2


def test_what_the_server_can_do_is_told_to_everybody(port, settings):
    told = TusClient(port, {}).ask("OPTIONS", without=("Tus-Resumable",))
    assert told.status == 204
    assert {name: told.headers[name] for name in told.headers if name.startswith("tus-")} == {
        "tus-resumable": "1.0.0",
        "tus-version": "1.0.0",
        "tus-extension": "creation,creation-with-upload,checksum,termination,expiration",
        "tus-max-size": str(settings.UPLOAD_MAX_BYTES),
        "tus-checksum-algorithm": "sha1,sha256",
    }


def test_a_file_comes_in_pieces(client):
    content = os.urandom(3 * MB + 17)
    path = client.create(len(content), upload_metadata=f"filename {b64encode(b'a.wav').decode()}")
    row = Upload.objects.get()
    assert path == f"/api/v1/uploads/{row.pk}/"
    assert (row.filename, row.size, row.protocol) == ("a.wav", len(content), "tus")
    assert client.offset(path) == 0
    assert client.append(path, content[:MB], offset=0).offset == MB
    last = client.append(path.rstrip("/"), content[MB:], offset=MB)
    assert (last.status, last.offset, last.body) == (204, len(content), b"")
    assert arrived(path) == content
    assert Upload.objects.get().state == UploadState.COMPLETE


def test_asking_tells_offset_length_metadata_and_end(client):
    said = f"filename {b64encode(b'a.wav').decode()},empty"
    told = client.ask("HEAD", client.create(10, upload_metadata=said))
    assert (told.status, told.offset, told.body) == (200, 0, b"")
    assert told.headers["upload-length"] == "10"
    assert told.headers["upload-metadata"] == said
    assert told.headers["cache-control"] == "no-store"
    assert told.headers["tus-resumable"] == "1.0.0"
    assert told.headers["upload-expires"].endswith("GMT")


def test_an_upload_may_begin_with_its_bytes(client):
    told = client.ask("POST", body=b"01234", upload_length=10, content_type=BYTES)
    assert (told.status, told.offset) == (201, 5)
    assert arrived(told.headers["location"]) == b"01234"
    whole = client.ask("POST", body=b"0123456789", upload_length=10, content_type=BYTES)
    assert (whole.status, whole.offset) == (201, 10)


def test_a_body_in_chunks_is_taken_as_long_as_it_fits(client):
    path = client.create(10)
    assert client.append(path, iter([b"0123", b"456"]), offset=0, transfer_encoding="chunked").offset == 7
    told = client.append(path, iter([b"78", b"9and more"]), offset=7, transfer_encoding="chunked")
    assert told.problem(status=413, code="upload_exceeds_length")["size"] == 10
    assert client.offset(path) in {7, 9}  # what came in one piece with the surplus is left out with it
    assert b"012345678".startswith(arrived(path))


RULES = {
    "another version": ({"Tus-Resumable": "0.2.2", "upload_offset": 0}, 412, "tus_version_unsupported"),
    "no version": ({"Tus-Resumable": "", "upload_offset": 0}, 412, "tus_version_unsupported"),
    "no offset": ({}, 400, "tus_header_invalid"),
    "an offset that is none": ({"upload_offset": "-1"}, 400, "tus_header_invalid"),
    "an offset behind": ({"upload_offset": 3}, 409, "upload_offset_conflict"),
    "an offset ahead": ({"upload_offset": 5}, 409, "upload_offset_conflict"),
    "another kind of body": (
        {"upload_offset": 4, "content_type": "text/plain"},
        415,
        "unsupported_media_type",
    ),
    "too many bytes": ({"upload_offset": 4, "body": b"x" * 7}, 413, "upload_exceeds_length"),
    "an unknown checksum": ({"upload_offset": 4, "upload_checksum": "md5 AAAA"}, 400, "checksum_unsupported"),
    "a wrong checksum": ({"upload_offset": 4, "upload_checksum": "sha1 AAAA"}, 460, "checksum_mismatch"),
    "nobody": ({"upload_offset": 4}, 401, "not_authenticated"),
    "a bad token": ({"upload_offset": 4, "Authorization": "Bearer x"}, 401, "authentication_failed"),
}


def test_a_request_that_breaks_a_rule_changes_nothing(client):
    path = client.create(10)
    client.append(path, b"0123", offset=0)
    for rule, (given, status, code) in RULES.items():
        sent = {"body": b"4567", "content_type": BYTES, **given}
        told = client.ask("PATCH", path, without=("Authorization",) if rule == "nobody" else (), **sent)
        told.problem(status=status, code=code)
        assert told.headers["tus-version"] == "1.0.0", rule
        assert client.offset(path) == 4, rule
        assert arrived(path) == b"0123", rule


CREATIONS = (
    ({}, 400, "tus_header_invalid"),
    ({"upload_defer_length": 1}, 400, "tus_header_invalid"),
    ({"upload_length": 0}, 400, "audio_empty"),
    ({"upload_length": 61}, 413, "audio_too_large"),
    ({"upload_length": 5, "upload_metadata": "filename !"}, 400, "tus_header_invalid"),
    ({"upload_length": 5, "Authorization": "Bearer x"}, 401, "authentication_failed"),
)


def test_an_upload_that_cannot_be_is_not_begun(client, settings):
    settings.UPLOAD_MAX_BYTES = 60
    for given, status, code in CREATIONS:
        client.ask("POST", **given).problem(status=status, code=code)
    assert not Upload.objects.exists()


def test_bytes_with_their_checksum_are_kept(client):
    for algorithm in ("sha1", "sha256"):
        path = client.create(10)
        digest = b64encode(hashlib.new(algorithm, b"0123456789").digest()).decode()
        assert client.append(path, b"0123456789", offset=0, upload_checksum=f"{algorithm} {digest}").offset == 10


def test_a_first_piece_that_is_not_what_was_meant_leaves_an_empty_upload(client):
    told = client.ask("POST", body=b"01234", upload_length=10, content_type=BYTES, upload_checksum="sha1 AAAA")
    told.problem(status=460, code="checksum_mismatch")
    assert client.offset(told.headers["location"]) == 0


def test_a_complete_upload_takes_no_more_and_still_tells_its_length(client):
    path = client.create(4)
    client.append(path, b"0123", offset=0)
    for offset, content in ((4, b""), (4, b"4"), (0, b"abcd")):
        client.append(path, content, offset=offset).problem(status=409, code="upload_complete")
    assert client.offset(path) == 4
    assert arrived(path) == b"0123"


def test_a_strangers_upload_is_like_one_that_never_was(client, port, stranger):
    path = client.create(10)
    never = f"{UPLOADS}{Upload.objects.get().pk + 1}/"
    other = TusClient(port, {**bearer(stranger), "X-Request-ID": "the-same-for-both"})
    for verb in ("HEAD", "PATCH", "DELETE"):
        answers = []
        for address in (path, never):
            told = other.ask(verb, address, body=b"x", content_type=BYTES, upload_offset=0)
            heads = {name: of for name, of in told.headers.items() if name not in {"date", "content-length"}}
            answers.append((told.status, heads, told.body.replace(address.encode(), b"")))
        assert answers[0] == answers[1], verb
        assert answers[0][0] == 404
    assert client.offset(path) == 0


def test_a_cancelled_upload_is_gone(client):
    path = client.create(10)
    with client.begin(path, offset=0, length=10, content=b"0123"):
        told = client.ask("DELETE", path)
    assert (told.status, told.body) == (204, b"")
    client.append(path, b"4", offset=4).problem(status=410, code="upload_over")
    assert client.ask("HEAD", path).status == 410
    client.ask("DELETE", path).problem(status=410, code="upload_over")
    assert list(part.folder().iterdir()) == []


def test_a_complete_upload_that_is_no_track_yet_is_cancelled_too(client):
    path = client.create(4)
    client.append(path, b"0123", offset=0)
    assert client.ask("DELETE", path).status == 204
    assert client.ask("HEAD", path).status == 410
    assert not default_storage.exists(object_of(Upload.objects.get()))


def test_an_expired_upload_is_gone(client):
    path = client.create(10)
    Upload.objects.update(expires_at=timezone.now())
    os.utime(part.path_of(Upload.objects.get().key), (0, 0))
    services.sweep_uploads(at=timezone.now())
    client.append(path, b"4", offset=4).problem(status=410, code="upload_over")
    assert client.ask("HEAD", path).status == 410


def test_a_proxy_that_lets_no_patch_through_is_no_hindrance(client):
    path = client.create(4)
    told = client.ask("POST", path, body=b"0123", content_type=BYTES, upload_offset=0, X_HTTP_Method_Override="PATCH")
    assert (told.status, told.offset) == (204, 4)


def test_a_browser_needs_its_cookie_and_the_proof_of_its_origin(port, owner, api):
    csrf = (
        api.get("/login/").cookies["earshot_csrf"].value if "earshot_csrf" in api.get("/login/").cookies else "x" * 32
    )
    cookies = {"Cookie": f"earshot_access={access(owner)}; earshot_csrf={csrf}"}
    TusClient(port, cookies).ask("POST", upload_length=4).problem(status=403, code="csrf_failed")
    page = TusClient(port, {**cookies, "X-CSRFToken": csrf})
    path = page.create(4)
    TusClient(port, cookies).append(path, b"0123", offset=0).problem(status=403, code="csrf_failed")
    assert TusClient(port, cookies).offset(path) == 0
    assert page.append(path, b"0123", offset=0).offset == 4


def test_pages_of_other_origins_may_call_when_the_operator_says_so(client, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    asked = client.ask("OPTIONS", Origin="https://app.example", Access_Control_Request_Method="PATCH")
    assert asked.headers["access-control-allow-origin"] == "https://app.example"
    assert "PATCH" in asked.headers["access-control-allow-methods"]
    assert "Upload-Offset" in asked.headers["access-control-allow-headers"]
    path = client.create(4, Origin="https://app.example")
    told = client.ask("HEAD", path, Origin="https://app.example")
    assert "Upload-Offset" in told.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in client.ask("HEAD", path, Origin="https://other.example").headers


DJANGOS = (
    ("POST", UPLOADS, ("Tus-Resumable",)),
    ("GET", UPLOADS, ()),
    ("GET", f"{UPLOADS}1/", ()),
    ("DELETE", f"{UPLOADS}1/", ("Tus-Resumable",)),
    ("POST", f"{UPLOADS}1/", ()),
    ("POST", f"{UPLOADS}1/parts/", ()),
    ("PATCH", f"{UPLOADS}one/", ()),
    ("PATCH", f"{UPLOADS}{'9' * 19}/", ()),
    ("PATCH", UPLOADS, ()),
    ("PATCH", "/api/v1/tracks/1/", ()),
)


def test_what_tus_does_not_speak_of_is_djangos(client):
    for verb, path, without in DJANGOS:
        assert client.ask(verb, path, without=without).body == b"django", (verb, path)


def test_request_ids_are_taken_and_told(client):
    told = client.ask("POST", upload_length=4, X_Request_ID="my-own-request")
    assert told.headers["x-request-id"] == "my-own-request"
    problem = client.ask("POST", X_Request_ID="my-own-request")
    assert json.loads(problem.body)["request_id"] == "my-own-request"
