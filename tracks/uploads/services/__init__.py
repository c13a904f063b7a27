"""Everything that changes an upload."""

from tracks.uploads.services.arriving import find_moved, take_stock
from tracks.uploads.services.direct import PartsWrong, UploadSizeWrong, complete_direct, sign_parts
from tracks.uploads.services.ending import cancel_quiet_upload, cancel_upload, erase_uploads
from tracks.uploads.services.finishing import finish_upload, replace_by_upload
from tracks.uploads.services.opening import Offer, TooManyUploads, open_upload
from tracks.uploads.services.states import (
    UploadComplete,
    UploadIncomplete,
    UploadOver,
    UploadUsed,
    UploadWrongProtocol,
    ensure_not_over,
    ensure_protocol,
    expect_bytes,
)
from tracks.uploads.services.sweeping import sweep_uploads

__all__ = [
    "Offer",
    "PartsWrong",
    "TooManyUploads",
    "UploadComplete",
    "UploadIncomplete",
    "UploadOver",
    "UploadSizeWrong",
    "UploadUsed",
    "UploadWrongProtocol",
    "cancel_quiet_upload",
    "cancel_upload",
    "complete_direct",
    "ensure_not_over",
    "ensure_protocol",
    "erase_uploads",
    "expect_bytes",
    "find_moved",
    "finish_upload",
    "open_upload",
    "replace_by_upload",
    "sign_parts",
    "sweep_uploads",
    "take_stock",
]
