"""What of tus the API's document tells: the operations that never reach Django (https://tus.io/protocols)."""

from collections.abc import Iterable
from typing import Any

from billing.services import OverQuota
from config.lib.errors import DomainError
from config.lib.problems import CONTENT_TYPE, FRAME_PROBLEMS
from config.lib.scopes import ScopeMissing
from tracks.uploads import services, tus
from tracks.uploads.part import UploadLocked

PATH = "/api/v1/uploads/{upload}/"
FRAME = ("not_authenticated", "authentication_failed", "not_found", "unavailable")
LOOKING = (ScopeMissing, tus.TusVersionUnsupported, services.UploadOver, services.UploadWrongProtocol, UploadLocked)
APPENDING = (
    *LOOKING,
    tus.TusHeaderInvalid,
    tus.UploadOffsetConflict,
    tus.UploadExceedsLength,
    tus.ChecksumUnsupported,
    tus.ChecksumMismatch,
    tus.UploadTakenOver,
    services.UploadComplete,
    OverQuota,
)


def add_tus(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A postprocessing hook of drf-spectacular: `HEAD` and `PATCH` of an upload, beside its other operations."""
    operations = result["paths"].get(PATH)
    if operations:
        shared = {name: operations["get"][name] for name in ("tags", "security", "x-token-scope")}
        upload = operations["get"]["parameters"][0]
        operations["head"] = {**shared, **looking(upload)}
        operations["patch"] = {**shared, **appending(upload)}
    return result


def looking(upload: dict[str, Any]) -> dict[str, Any]:
    """HEAD, which answers without a body."""
    told = {"Upload-Offset": number(), "Upload-Length": number()}
    problems = {status: {"description": said["description"]} for status, said in problems_of(LOOKING, FRAME).items()}
    return {
        "operationId": "upload_offset",
        "description": "How many bytes have come, by tus 1.0.",
        "parameters": [upload, header("Tus-Resumable", {"type": "string", "enum": [tus.VERSION]})],
        "responses": {"200": {"description": "", "headers": told}, **problems},
    }


def appending(upload: dict[str, Any]) -> dict[str, Any]:
    """PATCH."""
    body = {tus.CONTENT_TYPE: {"schema": {"type": "string", "format": "binary"}}}
    offset = {"Upload-Offset": number()}
    codes = (*FRAME, "csrf_failed", "unsupported_media_type", "storage_full")
    return {
        "operationId": "upload_append",
        "description": "The bytes that follow, by tus 1.0. Those of a cut request are kept: ask `HEAD`, and go on.",
        "parameters": [
            upload,
            header("Tus-Resumable", {"type": "string", "enum": [tus.VERSION]}),
            header("Upload-Offset", {"type": "integer", "minimum": 0}),
        ],
        "requestBody": {"content": body, "required": True},
        "responses": {"204": {"description": "", "headers": offset}, **problems_of(APPENDING, codes)},
    }


def header(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A header that the client has to send."""
    return {"in": "header", "name": name, "schema": schema, "required": True}


def number() -> dict[str, Any]:
    """A header of an answer: bytes."""
    return {"schema": {"type": "integer"}}


def problems_of(errors: Iterable[type[DomainError]], codes: Iterable[str]) -> dict[str, Any]:
    """The answers with a problem, by status, each with its codes."""
    rows = [(code, *FRAME_PROBLEMS[code]) for code in codes] + [(e.code, e.status, e.title) for e in errors]
    schema = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        str(status): {
            "description": " ".join(f"`{code}`: {text}" for code, of, text in rows if of == status),
            "content": schema,
        }
        for status in sorted({status for _, status, _ in rows})
    }
