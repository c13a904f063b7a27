"""What happened -> what is announced live: kind of topic (`user` of `user:42`) -> event -> the builder of its frame."""

import accounts.frames
import discovery.frames
import engagement.comments.frames
import social.frames
import tracks.frames
from accounts.events import ProfileUpdated
from discovery.events import FeedChanged, FeedItemAdded
from engagement.comments.events import (
    CommentCreated,
    CommentDeleted,
    CommentEdited,
    CommentPinned,
    CommentRestored,
    CommentUnpinned,
)
from social.events import RelationshipChanged, UserFollowed, UserUnfollowed
from tracks.events import SoundMatched, SoundQueued, TrackFailed, TrackReady

FRAMES = {
    "user": {
        FeedItemAdded: discovery.frames.feed_item,
        FeedChanged: discovery.frames.feed_changed,
        ProfileUpdated: accounts.frames.profile,
        UserFollowed: social.frames.followed,
        UserUnfollowed: social.frames.unfollowed,
        RelationshipChanged: social.frames.relationship,
        SoundQueued: tracks.frames.processing_queued,
        SoundMatched: tracks.frames.processing_held,
        TrackReady: tracks.frames.processing_ready,
        TrackFailed: tracks.frames.processing_failed,
    },
    "track": {
        CommentCreated: engagement.comments.frames.created,
        CommentEdited: engagement.comments.frames.updated,
        CommentPinned: engagement.comments.frames.updated,
        CommentUnpinned: engagement.comments.frames.updated,
        CommentDeleted: engagement.comments.frames.deleted,
        CommentRestored: engagement.comments.frames.restored,
    },
}
