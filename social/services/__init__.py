from social.services.activity import forget_object, record_activity, retract_activity
from social.services.blocks import block_user, unblock_user
from social.services.erasing import erase_ties
from social.services.follows import SelfReference, follow_user, unfollow_user
from social.services.mutes import mute_user, unmute_user
from social.services.standing import settle_follows

__all__ = [
    "SelfReference",
    "block_user",
    "erase_ties",
    "follow_user",
    "forget_object",
    "mute_user",
    "record_activity",
    "retract_activity",
    "settle_follows",
    "unblock_user",
    "unfollow_user",
    "unmute_user",
]
