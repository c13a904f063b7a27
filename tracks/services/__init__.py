"""Everything that changes a track."""

from config.lib.leases import LeaseLost
from tracks.services.again import reprocess_sound, requeue_sound
from tracks.services.artwork import move_artwork
from tracks.services.blocking import (
    SoundNotHeld,
    SoundUnknown,
    block_sound,
    refuse_held,
    release_held,
    unblock_sound,
)
from tracks.services.covers import remove_artwork, set_artwork, upload_covered_track
from tracks.services.downloads import NotDownloadable, NothingToDownload, OfflineNotIncluded, take_download
from tracks.services.permalinks import PermalinkReserved, PermalinkTaken
from tracks.services.processing import process_sound
from tracks.services.publishing import TrackNotPublic, TrackNotReady, publish_track, trash_track, update_track
from tracks.services.punctuality import publish_due
from tracks.services.purging import purge_track
from tracks.services.queue import claim_sound, sweep_sounds
from tracks.services.replacing import AudioHeld, remove_replaced, replace_audio, retire_sound
from tracks.services.scheduling import PublishedAlready
from tracks.services.secret_links import drop_secret_token, make_secret_token
from tracks.services.spaces import NotBroughtByYou, move_and_update, move_track
from tracks.services.trash import condemn_due, condemn_track, is_condemned, purge_condemned, restore_track
from tracks.services.uploading import AudioEmpty, AudioTooLarge, upload_track

__all__ = [
    "AudioEmpty",
    "AudioHeld",
    "AudioTooLarge",
    "LeaseLost",
    "NotBroughtByYou",
    "NotDownloadable",
    "NothingToDownload",
    "OfflineNotIncluded",
    "PermalinkReserved",
    "PermalinkTaken",
    "PublishedAlready",
    "SoundNotHeld",
    "SoundUnknown",
    "TrackNotPublic",
    "TrackNotReady",
    "block_sound",
    "claim_sound",
    "condemn_due",
    "condemn_track",
    "drop_secret_token",
    "is_condemned",
    "make_secret_token",
    "move_and_update",
    "move_artwork",
    "move_track",
    "process_sound",
    "publish_due",
    "publish_track",
    "purge_condemned",
    "purge_track",
    "refuse_held",
    "release_held",
    "remove_artwork",
    "remove_replaced",
    "replace_audio",
    "reprocess_sound",
    "requeue_sound",
    "restore_track",
    "retire_sound",
    "set_artwork",
    "sweep_sounds",
    "take_download",
    "trash_track",
    "unblock_sound",
    "update_track",
    "upload_covered_track",
    "upload_track",
]
