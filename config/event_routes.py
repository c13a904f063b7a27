"""What happened -> what follows. Every event stands here; an empty route says: nobody listens, on purpose."""

import accounts.tasks
import tracks.tasks
from accounts.events import (
    EmailVerified,
    RegisteredAddressTried,
    SessionEnded,
    SuspensionLifted,
    UserRegistered,
    UserSuspended,
)
from tracks.events import (
    RenditionsQueued,
    SoundMatched,
    SoundQueued,
    TrackFailed,
    TrackPublished,
    TrackReady,
    TrackReplaced,
    TrackTrashed,
    TrackUpdated,
    TrackWithdrawn,
)

ROUTES = {
    UserRegistered: (accounts.tasks.mail_verification,),
    RegisteredAddressTried: (accounts.tasks.mail_address_tried,),
    EmailVerified: (),
    UserSuspended: (),
    SuspensionLifted: (),
    SessionEnded: (),
    SoundQueued: (tracks.tasks.process_sound,),
    RenditionsQueued: (tracks.tasks.process_sound,),
    TrackReady: (),
    SoundMatched: (),
    TrackReplaced: (tracks.tasks.retire_sound,),
    TrackFailed: (),
    TrackPublished: (),
    TrackUpdated: (),
    TrackWithdrawn: (tracks.tasks.move_artwork,),
    TrackTrashed: (),
}
