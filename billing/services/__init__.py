"""Everything that changes plans and the ledger of what people take of them."""

from billing.services.downloads import count_download
from billing.services.erasing import erase_usage
from billing.services.moving import hold_ledgers, inherit_uploads, move_uploads
from billing.services.plans import DefaultPlanNeeded, add_plan, archive_plan, change_plan, make_default, offer_plan
from billing.services.quota import OverQuota
from billing.services.reconciling import recount_usage
from billing.services.uploads import (
    UploadKeySpent,
    forget_released,
    release_expired,
    release_upload,
    reserve_upload,
    settle_upload,
)

__all__ = [
    "DefaultPlanNeeded",
    "OverQuota",
    "UploadKeySpent",
    "add_plan",
    "archive_plan",
    "change_plan",
    "count_download",
    "erase_usage",
    "forget_released",
    "hold_ledgers",
    "inherit_uploads",
    "make_default",
    "move_uploads",
    "offer_plan",
    "recount_usage",
    "release_expired",
    "release_upload",
    "reserve_upload",
    "settle_upload",
]
