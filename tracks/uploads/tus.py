"""The headers of tus 1.0.0 (https://tus.io/protocols/resumable-upload) as this project reads them."""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass

from config.lib.errors import DomainError
from tracks.uploads.services import Offer

VERSION = "1.0.0"
EXTENSIONS = ("creation", "creation-with-upload", "checksum", "termination", "expiration")
ALGORITHMS = ("sha1", "sha256")
CONTENT_TYPE = "application/offset+octet-stream"
NUMBER = re.compile(r"[0-9]{1,18}\Z")
SHA256 = re.compile(r"[0-9a-fA-F]{64}\Z")
METADATA_MOST = 4096


class TusVersionUnsupported(DomainError):
    code = "tus_version_unsupported"
    status = 412
    title = "The header Tus-Resumable must be 1.0.0."


class TusHeaderInvalid(DomainError):
    code = "tus_header_invalid"
    status = 400
    title = "The header {header} is missing, or cannot be read."


class UploadOffsetConflict(DomainError):
    code = "upload_offset_conflict"
    title = "{offset} bytes have come; go on from there."


class UploadExceedsLength(DomainError):
    code = "upload_exceeds_length"
    status = 413
    title = "More bytes come than the {size} that were announced."


class ChecksumUnsupported(DomainError):
    code = "checksum_unsupported"
    status = 400
    title = "Checksums are taken by sha1 and sha256."


class ChecksumMismatch(DomainError):
    code = "checksum_mismatch"
    status = 460
    title = "These bytes do not have the checksum that came along; they were not kept."


class UploadTakenOver(DomainError):
    """Not 409 or 423: clients try again after those, and two of them would take the upload from each other for ever."""

    code = "upload_taken_over"
    status = 400
    title = "Another request has taken this upload over; what had come was kept."


@dataclass(frozen=True)
class Checksum:
    """What the bytes of one request are to add up to."""

    algorithm: str
    digest: bytes


def check_version(headers: Mapping[str, str]) -> None:
    """Raise TusVersionUnsupported unless the client speaks what we speak."""
    if headers.get("tus-resumable") != VERSION:
        raise TusVersionUnsupported


def number_in(headers: Mapping[str, str], name: str) -> int:
    """A header that is a number of bytes; raises TusHeaderInvalid."""
    text = headers.get(name, "")
    if not NUMBER.match(text):
        raise TusHeaderInvalid(header=name)
    return int(text)


def offer_in(headers: Mapping[str, str]) -> Offer:
    """What a creation announces; `filename`, `filetype` and `sha256` are read from its metadata."""
    said = metadata_in(headers)
    sha256 = said.get("sha256", "")
    if sha256 and not SHA256.match(sha256):
        raise TusHeaderInvalid(header="Upload-Metadata")
    return Offer(
        filename=said.get("filename", ""),
        size=number_in(headers, "Upload-Length"),
        content_type=said.get("filetype", ""),
        sha256=sha256,
        metadata=headers.get("upload-metadata", ""),
    )


def metadata_in(headers: Mapping[str, str]) -> dict[str, str]:
    """Upload-Metadata: pairs divided by commas, each a key and, in Base64, its value; a value may be left out."""
    text = headers.get("upload-metadata", "").strip()
    said: dict[str, str] = {}
    for pair in text.split(",") if text else ():
        key, _, value = pair.strip().partition(" ")
        try:
            said_so = b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise TusHeaderInvalid(header="Upload-Metadata") from error
        if not key or key in said:
            raise TusHeaderInvalid(header="Upload-Metadata")
        said[key] = said_so
    if len(text) > METADATA_MOST or not text.isascii():
        raise TusHeaderInvalid(header="Upload-Metadata")
    return said


def checksum_in(headers: Mapping[str, str]) -> Checksum | None:
    """Upload-Checksum: an algorithm and, in Base64, a digest. Raises ChecksumUnsupported, TusHeaderInvalid."""
    if "upload-checksum" not in headers:
        return None
    algorithm, _, value = headers["upload-checksum"].partition(" ")
    if algorithm not in ALGORITHMS:
        raise ChecksumUnsupported
    try:
        return Checksum(algorithm, b64decode(value, validate=True))
    except binascii.Error as error:
        raise TusHeaderInvalid(header="Upload-Checksum") from error
