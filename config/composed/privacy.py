"""Everything that holds something of a person, from the top down: nothing is erased that something above still needs.

An app that comes gets a line here, and a test asks for it.
"""

import accounts.privacy
import billing.privacy
import config.privacy
import engagement.privacy
import playlists.privacy
import social.privacy
import tracks.privacy
from config.lib.privacy import Part

PARTS = tuple(
    Part(name=name, tables=app.TABLES, export=app.export, erase=app.erase)
    for name, app in (
        ("engagement", engagement.privacy),
        ("playlists", playlists.privacy),
        ("tracks", tracks.privacy),
        ("social", social.privacy),
        ("billing", billing.privacy),
        ("accounts", accounts.privacy),
        ("config", config.privacy),
    )
)

# Other people's models, and tables without a model of their own, that lead to a person: where each is let go of, or why
# it stays. A package that brings another one makes a test fail until it stands here.
THIRD_PARTY = {
    "account.EmailAddress": "exported and erased by accounts",
    "account.EmailConfirmation": "not used (confirmations are signed, not stored); goes with its address",
    "accounts.User_groups": "rights of staff; erased by accounts",
    "accounts.User_user_permissions": "rights of staff; erased by accounts",
    "mfa.Authenticator": "exported and erased by accounts",
    "socialaccount.SocialAccount": "exported and erased by accounts",
    "socialaccount.SocialToken": "not used (no token of theirs is kept); goes with its account",
    "admin.LogEntry": "what staff did in the admin stays; its author is then the row of a deleted account",
}
