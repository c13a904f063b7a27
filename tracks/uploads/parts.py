"""How a file is cut for a bucket."""

MEBIBYTE = 1024**2
SMALLEST_PART = 16 * MEBIBYTE
# S3 takes no more parts than that.
PARTS_MOST = 10_000


def part_size(size: int) -> int:
    """Bytes of every part but the last, for a file of `size`: whole mebibytes, enough for no more than PARTS_MOST."""
    return max(SMALLEST_PART, -(-size // (PARTS_MOST * MEBIBYTE)) * MEBIBYTE)


def parts_count(size: int) -> int:
    """How many parts a file of so many bytes has."""
    return -(-size // part_size(size))


def size_of_part(number: int, *, size: int) -> int:
    """Bytes of one part, from 1 on, of a file of `size`."""
    return min(part_size(size), size - (number - 1) * part_size(size))
