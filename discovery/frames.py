"""What is announced live of feeds: an event in, the members of a frame out, for each who is told."""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser

from config.lib.realtime.frames import ForEach
from config.lib.viewer import Viewer
from discovery.cards import feed_item as item_card
from discovery.events import FeedChanged, FeedItemAdded
from discovery.queries.things import people_cards, things_cards
from social.choices import MuteScope, Verb
from social.models import Activity, Follow, Mute
from social.queries import unheard

EVERYBODY = Viewer(user=AnonymousUser())


def added(event: FeedItemAdded, topics: Collection[str]) -> Mapping[str, dict[str, Any]]:
    """The entry as it is now, for those followers in whose feed it stands: eight queries, however many they are.

    Somebody whom a block parts from anybody who is on the card is not told at all; their feed knows.
    """
    did = {"actor_id": event.actor_id, "verb": event.verb, "kind": event.kind, "object_id": event.object_id}
    act = Activity.objects.filter(**did).first()
    thing = things_cards(event.kind, [event.object_id], viewer=EVERYBODY).get(event.object_id)
    people = people_cards([event.actor_id], viewer=EVERYBODY)
    if act is None or thing is None or not people:
        return {}
    item = item_card([act], people=people, thing=thing)
    members = {"type": "feed_item", "actor_id": event.actor_id, "item": item}
    readers = readers_of(topics)
    told = who_reads(event, set(readers.values()), faces={event.actor_id, *faces_of(thing)})
    return {topic: members for topic, reader in readers.items() if reader in told}


def changed(event: FeedChanged, topics: Collection[str]) -> Mapping[str, dict[str, Any]]:
    """That the feed is to be read again, and not why; for those who follow the actor still, and the actor."""
    members, readers = {"type": "feed_changed"}, readers_of(topics)
    follows = Follow.objects.filter(followed_id=event.actor_id, follower_id__in=readers.values())
    told = {event.actor_id, *follows.values_list("follower_id", flat=True)}
    return {topic: members for topic, reader in readers.items() if reader in told}


feed_item, feed_changed = ForEach(added), ForEach(changed)


def readers_of(topics: Collection[str]) -> dict[str, int]:
    """Topic -> the person whose own it is."""
    return {topic: int(topic.partition(":")[2]) for topic in topics}


def who_reads(event: FeedItemAdded, readers: Collection[int], *, faces: set[int]) -> set[int]:
    """Those who follow the actor still, and neither mute nor are parted by a block from anybody on the card."""
    follows = Follow.objects.filter(followed_id=event.actor_id, follower_id__in=readers)
    told = set(follows.values_list("follower_id", flat=True))
    parted = unheard(told)
    if event.verb == Verb.REPOST:
        mutes = Mute.objects.filter(muted_id=event.actor_id, scope=MuteScope.REPOSTS, muter_id__in=told)
        told -= set(mutes.values_list("muter_id", flat=True))
    return {reader for reader in told if faces.isdisjoint(parted[reader])}


def faces_of(thing: dict[str, Any]) -> set[int]:
    """Whose a card is, and whose what it brings along."""
    brought = (thing.get("track"), thing.get("playlist"))
    return {thing["user"]["id"], *(part["user"]["id"] for part in brought if part)}
