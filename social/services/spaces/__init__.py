"""Everything that changes a space, who is in it, and who is asked in."""

from social.services.spaces.answering import (
    InvitationInvalid,
    accept_invitation,
    decline_invitation,
    revoke_invitation,
)
from social.services.spaces.inviting import (
    AlreadyMember,
    TooManyInvitations,
    forget_invitations,
    invite_address,
    invite_person,
    token_of,
)
from social.services.spaces.keeping import SpaceOverQuota
from social.services.spaces.members import change_role, remove_member
from social.services.spaces.rules import (
    LastOwner,
    RoleTooLow,
    hold_last_owned,
    hold_role,
    lock_role,
    lock_space,
    lock_spaces,
)
from social.services.spaces.vacating import vacate_spaces
from social.services.spaces.workspaces import (
    Destination,
    SpaceHoldsThings,
    TooManySpaces,
    TransferRefused,
    create_space,
    delete_space,
    update_space,
)

__all__ = [
    "AlreadyMember",
    "Destination",
    "InvitationInvalid",
    "LastOwner",
    "RoleTooLow",
    "SpaceHoldsThings",
    "SpaceOverQuota",
    "TooManyInvitations",
    "TooManySpaces",
    "TransferRefused",
    "accept_invitation",
    "change_role",
    "create_space",
    "decline_invitation",
    "delete_space",
    "forget_invitations",
    "hold_last_owned",
    "hold_role",
    "invite_address",
    "invite_person",
    "lock_role",
    "lock_space",
    "lock_spaces",
    "remove_member",
    "revoke_invitation",
    "token_of",
    "update_space",
    "vacate_spaces",
]
