"""Where the files of forms lie until they are stored."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class TidyUploadHandler(TemporaryFileUploadHandler):
    """Django's, which leaves what it has written on a disk that turns out to be full until some collection of garbage:
    the more that send, the less room there is."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        with self.removing_on_failure():
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile | None:  # type: ignore[type-arg]  # bytes
        with self.removing_on_failure():
            return super().file_complete(file_size)

    @contextmanager
    def removing_on_failure(self) -> Iterator[None]:
        """Let go of the file at once where the disk does not take it."""
        try:
            yield
        except OSError:
            with suppress(OSError):  # what was not written yet is tried once more
                self.file.close()
            raise
