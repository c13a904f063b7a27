"""Pictures that come with a request: decoded while it waits, by a program of its own, a few at a time.

Whoever sends a picture expects to see it at once, so it is not left to a worker. The program has limits on time, memory
and what it writes, so that a picture costs a few seconds and a refusal at most.
"""

import json
import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore

from django.conf import settings
from django.core.files import File

from config.lib.errors import DomainError
from config.lib.pictures.images import MAX_BYTES, VARIANTS, Picture, PictureRefused
from config.lib.sandbox.errors import CRASHED, TOOK_TOO_LONG, ProgramFailed, ProgramLost
from config.lib.sandbox.limits import MEBIBYTE, Limits
from config.lib.sandbox.reach import INTERPRETER
from config.lib.sandbox.running import run

logger = logging.getLogger(__name__)

# 25 million pixels are 100 MB each time that they are copied.
LIMITS = Limits(wall_seconds=30, cpu_seconds=20, memory_bytes=768 * MEBIBYTE, file_bytes=16 * MEBIBYTE)
PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from config.lib.pictures.program import main; main()"
CODE = "code"
PACKAGE = Path(settings.BASE_DIR, "config")
READS = (*INTERPRETER, PACKAGE)
ANSWER_MOST = 16_384
# So many pictures are decoded in this process at once; who comes then waits so long.
AT_ONCE = BoundedSemaphore(2)
PATIENCE_S = 10
RETRY_AFTER_S = 5


class PictureBusy(DomainError):
    code = "picture_busy"
    status = 503
    title = "Many pictures are being looked at; send yours again in a few seconds."


def take_picture(image: File) -> Picture:  # type: ignore[type-arg]  # bytes
    """The variants of a picture that somebody sends. Raises PictureRefused, PictureBusy."""
    if (image.size or 0) > MAX_BYTES:
        raise PictureRefused(reason="it is larger than 10 MB.")
    if not AT_ONCE.acquire(timeout=PATIENCE_S):
        raise PictureBusy(retry_after_s=RETRY_AFTER_S)
    try:
        with TemporaryDirectory(prefix="picture-", dir=settings.FILE_UPLOAD_TEMP_DIR) as name:
            return decode(image, folder=Path(name))
    finally:
        AT_ONCE.release()


def decode(image: File, *, folder: Path) -> Picture:  # type: ignore[type-arg]  # bytes
    """Let the program do it. Raises PictureRefused, PictureBusy."""
    lend_code(folder)
    with (folder / "source").open("xb") as source:
        for piece in image.chunks():
            source.write(piece)
    told = ask(folder)
    if "refused" in told:
        raise PictureRefused(reason=told["refused"])
    return Picture(
        variants={name: (folder / name).read_bytes() for name in VARIANTS},
        color=told["color"],
        placeholder=told["placeholder"],
    )


def lend_code(folder: Path) -> None:
    """Let the program find its package in a folder that it may list: the project's own may hold settings and sound."""
    (folder / CODE).mkdir()
    (folder / CODE / PACKAGE.name).symlink_to(PACKAGE)


def command(folder: Path) -> list[str]:
    """How the program is started for the picture in the folder."""
    return [sys.executable, "-I", "-c", PROGRAM, str(folder / CODE)]


def ask(folder: Path) -> dict[str, str]:
    """What the program says of the picture in the folder. Raises PictureRefused, PictureBusy."""
    answer = bytearray()

    def listen(chunk: bytes) -> None:
        answer.extend(chunk)
        if len(answer) > ANSWER_MOST:
            raise ProgramFailed(CRASHED)  # it talks too much

    try:
        finished = run(command(folder), limits=LIMITS, workdir=folder, reads=READS, on_stdout=listen)
    except ProgramLost as error:
        raise PictureBusy(retry_after_s=RETRY_AFTER_S) from error
    except ProgramFailed as error:
        slow = error.fault == TOOK_TOO_LONG
        raise PictureRefused(reason="it takes too long to read." if slow else "it is damaged.") from error
    if finished.exit_code:
        logger.warning("picture_program_failed", extra={"said": finished.stderr[-2000:]})
        raise PictureRefused(reason="it is damaged.")
    told: dict[str, str] = json.loads(answer)
    return told
