"""Everything that changes exports, and the end of accounts."""

from accounts.leaving.services.codes import PasswordNeeded, request_deletion_code
from accounts.leaving.services.erasing import ERASURES, begin_erasure, erase_person, finish_erasure
from accounts.leaving.services.exporting import (
    EXPORTS,
    ExportTooSoon,
    begin_export,
    discard_archive,
    finish_export,
    remove_exports,
    remove_old_exports,
    request_export,
)
from accounts.leaving.services.going import (
    ConfirmationFailed,
    LastSuperuser,
    StaffStays,
    StillOwner,
    ensure_may_leave,
    erase_at_once,
    leave,
)

__all__ = [
    "ERASURES",
    "EXPORTS",
    "ConfirmationFailed",
    "ExportTooSoon",
    "LastSuperuser",
    "PasswordNeeded",
    "StaffStays",
    "StillOwner",
    "begin_erasure",
    "begin_export",
    "discard_archive",
    "ensure_may_leave",
    "erase_at_once",
    "erase_person",
    "finish_erasure",
    "finish_export",
    "leave",
    "remove_exports",
    "remove_old_exports",
    "request_deletion_code",
    "request_export",
]
