"""The default storage where objects are in a bucket: django-storages, through the one client of the process."""

from functools import cache
from typing import Any

from storages.backends.s3 import S3Storage

from config.lib import bucket
from config.lib.bucket import Bucket


class BucketStorage(S3Storage):  # type: ignore[misc]  # django-storages has no types
    """Django-storages makes a session and a client for each thread. Threads may share a client, and not what stands in
    front of it, which costs nothing."""

    @property
    def connection(self) -> Any:
        """What this thread asks through."""
        if not hasattr(self._connections, "connection"):
            self._connections.connection = resource_kind(bucket.where())(client=bucket.inside())
        return self._connections.connection


@cache
def resource_kind(where: Bucket) -> Any:
    """The class of boto3's resources: it is made from their description at run time."""
    import boto3  # noqa: PLC0415 -- takes long to import, and most instances have no bucket

    return type(boto3.resource("s3", region_name=where.region, endpoint_url=where.endpoint))
