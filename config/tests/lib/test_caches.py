"""The cache is a convenience: without Redis it holds nothing and breaks nothing."""

import pytest
from django.core.cache import cache

from config.env import cache as cache_at

ASKED = {
    "add": (lambda: cache.add("lamp", 1), False),
    "get": (lambda: cache.get("lamp", "dark"), "dark"),
    "set": (lambda: cache.set("lamp", 1), None),
    "touch": (lambda: cache.touch("lamp"), False),
    "delete": (lambda: cache.delete("lamp"), False),
    "get_many": (lambda: cache.get_many(["lamp"]), {}),
    "has_key": (lambda: cache.has_key("lamp"), False),
    "in": (lambda: "lamp" in cache, False),
    "set_many": (lambda: cache.set_many({"lamp": 1, "fuse": 2}), ["lamp", "fuse"]),
    "delete_many": (lambda: cache.delete_many(["lamp"]), None),
    "clear": (lambda: cache.clear(), None),  # noqa: PLW0108 -- the cache of that moment, not of the import
    "get_or_set": (lambda: cache.get_or_set("lamp", lambda: "lit"), "lit"),
}


@pytest.fixture
def no_redis(settings):
    settings.CACHES = {"default": cache_at("redis://127.0.0.1:1/1")}


@pytest.mark.parametrize("method", ASKED)
def test_without_redis_every_read_is_a_miss_and_no_write_is_kept(no_redis, method):
    call, answer = ASKED[method]
    assert call() == answer


def test_without_redis_nothing_can_be_counted(no_redis):
    with pytest.raises(ValueError, match="not found"):
        cache.incr("lamp")


def test_with_redis_it_is_a_cache_like_any_other():
    cache.clear()
    assert cache.add("lamp", 1)
    assert not cache.add("lamp", 2)
    assert (cache.incr("lamp"), cache.get("lamp"), "lamp" in cache) == (2, 2, True)
    assert cache.set_many({"fuse": 3}) == []
    assert cache.get_many(["lamp", "fuse", "moon"]) == {"lamp": 2, "fuse": 3}
    assert cache.touch("lamp")
    assert cache.delete("lamp")
    cache.set("lamp", 4)
    cache.delete_many(["lamp", "fuse"])
    assert not cache.has_key("fuse")
    with pytest.raises(ValueError, match="not found"):
        cache.incr("lamp")
