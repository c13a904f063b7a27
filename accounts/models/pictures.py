from config.lib.pictures.models import StoredPicture


class Picture(StoredPicture):
    """The avatar or the header of one person, whose row points at it."""

    no_pii = "what somebody shows of themselves; the pixels are stored objects, exported and erased with the person"

    ROOT = "people"
