from django.db.models import IntegerChoices, TextChoices


class State(TextChoices):
    """How far a track's sound is. HELD: a person decides about a match with removed sound."""

    QUEUED = "queued"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"
    HELD = "held"


class Todo(TextChoices):
    """What is left to do for a sound that plays. FURTHER: the renditions that follow the first one. AGAIN: everything,
    while the older renditions play."""

    NOTHING = ""
    FURTHER = "further"
    AGAIN = "again"


class Lane(TextChoices):
    """Which workers take a sound: those of the short ones never wait behind a long one."""

    SHORT = "short"
    LONG = "long"


class StageName(TextChoices):
    PROBE = "probe"
    TRANSCODE = "transcode"
    WAVEFORM = "waveform"
    LOUDNESS = "loudness"
    FINGERPRINT = "fingerprint"
    PUBLISH = "publish"


class StageState(TextChoices):
    """SKIPPED: this machine cannot do it, and the sound is ready without."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


class Visibility(TextChoices):
    """UNLISTED is open to whoever has the address, and is in no list. PRIVATE opens to the owner and by its token."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    PRIVATE = "private"


class Reach(IntegerChoices):
    """How far a track reaches beyond its owner; each includes those before it."""

    NOBODY = 0
    LINK = 1
    ADDRESS = 2
    LISTS = 3


class Audience(TextChoices):
    EVERYONE = "everyone"
    SUBSCRIBERS = "subscribers"


class Copy(TextChoices):
    """What a download hands out. OFFLINE: a rendition for a player without a connection."""

    ORIGINAL = "original"
    OFFLINE = "offline"


class License(TextChoices):
    ALL_RIGHTS_RESERVED = "all-rights-reserved"
    CC0 = "cc0"
    CC_BY = "cc-by"
    CC_BY_SA = "cc-by-sa"
    CC_BY_ND = "cc-by-nd"
    CC_BY_NC = "cc-by-nc"
    CC_BY_NC_SA = "cc-by-nc-sa"
    CC_BY_NC_ND = "cc-by-nc-nd"


class RenditionKind(TextChoices):
    AAC_HLS = "aac_hls"
    OPUS = "opus"
    MP3 = "mp3"
    PREVIEW = "preview"
