"""The bucket where object storage is on (settings.BUCKET): what django-storages does not offer.

Addresses that open one object for a while, uploads in parts that never pass this process, and downloads into a file.
One client for the whole process: boto3's clients may be shared between threads, and making one takes long.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import IO, Any

from django.conf import settings

from config.lib.breaker import Breaker

GONE = frozenset({"404", "NoSuchKey", "NoSuchUpload", "NotFound"})
# A server that accepts and says nothing is given up after ANSWER_S seconds, twice; then for PAUSE_S seconds hardly
# anybody asks, so that no thread of a web process waits for it beside those that noticed. To make one object of many
# parts takes servers longer.
CONNECT_S, ANSWER_S, ASSEMBLY_S = 3, 15, 60
TRIES = 2
PAUSE_S = 5.0
CONNECTIONS_MOST = 64
# What is wrong with the parts that were named, in the bucket's words.
REFUSALS = frozenset({"EntityTooSmall", "InvalidPart", "InvalidPartOrder", "InvalidRequest", "MalformedXML"})


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """Where it is. `public` is the address under which listeners' browsers reach the same server."""

    name: str
    endpoint: str | None
    public: str | None
    region: str
    access_key: str
    secret_key: str

    @property
    def origin(self) -> str:
        """Where signed addresses lead, as a Content-Security-Policy names it."""
        amazon = "s3" if self.region == "us-east-1" else f"s3.{self.region}"
        return self.public or self.endpoint or f"https://{self.name}.{amazon}.amazonaws.com"


@dataclass(frozen=True, kw_only=True)
class PartOfUpload:
    """One part that a sender has put: its number from 1 on, and what the bucket called it."""

    number: int
    etag: str


class BucketRefused(Exception):
    """There is no such object or upload, or the parts that were named make none: asking again changes nothing."""


class BucketTrouble(OSError):
    """The bucket did not do what was asked of it: worth another try, like a disk that does not answer."""


def is_on() -> bool:
    """Whether objects are in a bucket and not on this disk."""
    return settings.BUCKET is not None


def where() -> Bucket:
    """The bucket of this instance, which has one."""
    bucket: Bucket | None = settings.BUCKET
    if bucket is None:
        raise RuntimeError("this instance keeps its objects on the disk")
    return bucket


@cache
def client_of(bucket: Bucket, endpoint: str | None, answer_s: int = ANSWER_S) -> Any:
    """The client for one address of a bucket; there is one for each as long as the process lives."""
    import boto3  # noqa: PLC0415 -- takes long to import, and most instances have no bucket

    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=bucket.region,
        aws_access_key_id=bucket.access_key,
        aws_secret_access_key=bucket.secret_key,
        config=client_config(bucket, answer_s=answer_s),
    )


def client_config(bucket: Bucket, *, answer_s: int = ANSWER_S) -> Any:
    """How every client speaks to the bucket: `answer_s` is the longest silence."""
    from botocore.config import Config  # noqa: PLC0415 -- see `client_of`

    return Config(
        signature_version="s3v4",
        s3={"addressing_style": "path" if bucket.endpoint else "virtual"},
        connect_timeout=CONNECT_S,
        read_timeout=answer_s,
        retries={"total_max_attempts": TRIES, "mode": "standard"},
        max_pool_connections=CONNECTIONS_MOST,
        tcp_keepalive=True,
        # Checksums beyond ETags are not known to every server that speaks S3.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


def inside() -> Any:
    """The client that this process speaks through."""
    return client_of(where(), where().endpoint)


@cache
def breaker_of(bucket: Bucket) -> Breaker:
    """Whether the bucket answers, as this process knows it."""
    return Breaker(service="bucket", failures=(BucketTrouble,), pause_s=PAUSE_S)


@contextmanager
def troubles() -> Iterator[None]:
    """Let what goes wrong between us and the bucket be BucketTrouble; what it will never do is BucketRefused.

    While the bucket is away nearly everybody is told so at once.
    """
    with breaker_of(where()).watching(otherwise=away), translated():
        yield


def away() -> BucketTrouble:
    """What is raised without asking."""
    return BucketTrouble("The bucket did not answer a moment ago, and is not asked at the moment.")


@contextmanager
def translated() -> Iterator[None]:
    """Errors of boto3 as ours."""
    from boto3.exceptions import Boto3Error  # noqa: PLC0415 -- see `client_of`
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 -- likewise

    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise (BucketRefused(code) if code in REFUSALS | GONE else BucketTrouble(str(error))) from error
    except (BotoCoreError, Boto3Error) as error:
        raise BucketTrouble(str(error)) from error


def place(key: str) -> dict[str, str]:
    """An object, as boto3 names it."""
    return {"Bucket": where().name, "Key": key}


def sign(operation: str, *, expires_s: int, **parameters: Any) -> str:
    """An address that allows this one operation for so many seconds, for whoever has it."""
    client = client_of(where(), where().public or where().endpoint)
    address: str = client.generate_presigned_url(operation, Params=parameters, ExpiresIn=expires_s)
    return address


def sign_read(key: str, *, verb: str, expires_s: int, headers: Mapping[str, str]) -> str:
    """An address that answers GET, or HEAD alone; `headers` are those of the answer (`ContentType` …)."""
    answered = {f"Response{name}": value for name, value in headers.items()}
    operation = "head_object" if verb == "HEAD" else "get_object"
    return sign(operation, expires_s=expires_s, **place(key), **answered)


def sign_part(key: str, *, multipart_id: str, number: int, size: int, expires_s: int) -> str:
    """An address that takes one part of exactly `size` bytes: the length is under the signature."""
    named = {"UploadId": multipart_id, "PartNumber": number, "ContentLength": size}
    return sign("upload_part", expires_s=expires_s, **place(key), **named)


def start_multipart(key: str) -> str:
    """Begin an upload in parts; the bucket's name for it. Nothing is to be read under the key until it is completed."""
    with troubles():
        answer = inside().create_multipart_upload(**place(key), ContentType="application/octet-stream")
    return str(answer["UploadId"])


def complete_multipart(key: str, *, multipart_id: str, parts: Iterable[PartOfUpload]) -> None:
    """Make one object of the parts; their addresses open nothing from now on. Raises BucketRefused, BucketTrouble."""
    named = [{"PartNumber": part.number, "ETag": part.etag} for part in parts]
    patient = client_of(where(), where().endpoint, ASSEMBLY_S)
    with troubles():
        patient.complete_multipart_upload(**place(key), UploadId=multipart_id, MultipartUpload={"Parts": named})


def abort_multipart(key: str, *, multipart_id: str) -> None:
    """Throw the parts away; those of an upload that is completed or gone are none."""
    try:
        with troubles():
            inside().abort_multipart_upload(**place(key), UploadId=multipart_id)
    except BucketRefused:
        return


def list_multiparts(*, prefix: str) -> Iterator[tuple[str, str, datetime]]:
    """(key, name, when it began) of the uploads in parts that were neither completed nor thrown away."""
    pages = iter(inside().get_paginator("list_multipart_uploads").paginate(Bucket=where().name, Prefix=prefix))
    for upload in entries(pages, "Uploads"):
        yield upload["Key"], upload["UploadId"], upload["Initiated"]


def list_objects(prefix: str) -> Iterator[tuple[str, int, datetime]]:
    """(key, bytes, when it was stored) of every object whose key begins so, in the order of their keys."""
    pages = iter(inside().get_paginator("list_objects_v2").paginate(Bucket=where().name, Prefix=prefix))
    for found in entries(pages, "Contents"):
        yield found["Key"], found["Size"], found["LastModified"]


def entries(pages: Iterator[Any], name: str) -> Iterator[Any]:
    """What is listed, page by page."""
    while True:
        with troubles():
            page = next(pages, None)
        if page is None:
            return
        yield from page.get(name, ())


def download(key: str, sink: IO[bytes]) -> None:
    """Write the object into an open file, piece by piece. Raises FileNotFoundError, BucketTrouble."""
    try:
        with troubles():
            inside().download_fileobj(where().name, key, sink)
    except BucketRefused as error:
        raise FileNotFoundError(key) from error
