from config.lib.events.consequences import consequence
from discovery import services
from social.choices import Kind, Verb


@consequence(name="discovery.tell_of_track")
def tell_of_track(*, track_id: int, owner_id: int, **_: object) -> int:
    return services.tell_of(actor_id=owner_id, verb=Verb.PUBLISH, kind=Kind.TRACK, object_id=track_id)


@consequence(name="discovery.tell_of_playlist")
def tell_of_playlist(*, playlist_id: int, owner_id: int, **_: object) -> int:
    return services.tell_of(actor_id=owner_id, verb=Verb.PUBLISH, kind=Kind.PLAYLIST, object_id=playlist_id)


@consequence(name="discovery.tell_of_post")
def tell_of_post(*, post_id: int, owner_id: int, **_: object) -> int:
    return services.tell_of(actor_id=owner_id, verb=Verb.PUBLISH, kind=Kind.POST, object_id=post_id)


@consequence(name="discovery.tell_of_reposted_track")
def tell_of_reposted_track(*, user_id: int, track_id: int, **_: object) -> int:
    return services.tell_of(actor_id=user_id, verb=Verb.REPOST, kind=Kind.TRACK, object_id=track_id)


@consequence(name="discovery.tell_of_reposted_playlist")
def tell_of_reposted_playlist(*, user_id: int, playlist_id: int, **_: object) -> int:
    return services.tell_of(actor_id=user_id, verb=Verb.REPOST, kind=Kind.PLAYLIST, object_id=playlist_id)


@consequence(name="discovery.tell_of_change")
def tell_of_change(*, user_id: int | None = None, owner_id: int | None = None, **_: object) -> int:
    return services.tell_of_change(user_id=user_id, owner_id=owner_id)


@consequence(name="discovery.tell_further")
def tell_further(
    *, actor_id: int, verb: str, kind: str, object_id: int, after_at: str, after_id: int, **_: object
) -> int:
    return services.tell_further(
        act=services.Act(actor_id=actor_id, verb=verb, kind=kind, object_id=object_id),
        after_at=after_at,
        after_id=after_id,
    )


@consequence(name="discovery.tell_person")
def tell_person(*, user_id: int, **_: object) -> None:
    services.tell_person(user_id=user_id)
