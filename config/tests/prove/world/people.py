"""What people do with each other, what they wish for themselves, and what shuts them out."""

from datetime import timedelta

from hypothesis.stateful import rule

import social.services as social
from accounts.leaving.services.going import begin_leaving
from accounts.models import User
from accounts.services import lift_suspension, suspend_user
from accounts.services.returning import stay
from config.tests.prove.world.base import Life, pairs, people, switches
from social.choices import MuteScope


class PeopleRules(Life):
    """Following, blocking, muting."""

    @rule(pair=pairs)
    def follow(self, pair: tuple[str, str]) -> None:
        one, other = pair
        if not self.acts(one):
            return
        at, expected = self.tick(), None if self.model.meets(one, other) else User.DoesNotExist
        users = {"follower": self.users[one], "followed": self.users[other]}
        if self.attempt(lambda: social.follow_user(**users, at=at), expected=expected):
            self.model.follows.setdefault(pair, self.step)

    @rule(pair=pairs)
    def unfollow(self, pair: tuple[str, str]) -> None:
        if self.acts(pair[0]):
            social.unfollow_user(follower=self.users[pair[0]], followed=self.users[pair[1]])
            self.model.follows.pop(pair, None)

    @rule(pair=pairs)
    def block_somebody(self, pair: tuple[str, str]) -> None:
        one, other = pair
        if self.acts(one):
            social.block_user(blocker=self.users[one], blocked=self.users[other], at=self.tick())
            self.model.blocks.setdefault(pair, self.step)
            self.model.follows.pop(pair, None)
            self.model.follows.pop((other, one), None)

    @rule(pair=pairs)
    def unblock(self, pair: tuple[str, str]) -> None:
        if self.acts(pair[0]):
            social.unblock_user(blocker=self.users[pair[0]], blocked=self.users[pair[1]])
            self.model.blocks.pop(pair, None)

    @rule(pair=pairs, on=switches)
    def mute(self, pair: tuple[str, str], on: bool) -> None:
        two = {"muter": self.users[pair[0]], "muted": self.users[pair[1]], "scope": MuteScope.EVERYTHING}
        if not self.acts(pair[0]):
            return
        if on:
            social.mute_user(**two, at=self.tick())
            self.model.mutes.setdefault(pair, self.step)
        else:
            social.unmute_user(**two)
            self.model.mutes.pop(pair, None)


class WishRules(Life):
    """What people let others see of them."""

    @rule(name=people, on=switches)
    def be_discoverable(self, name: str, on: bool) -> None:
        self.wish(name, "discoverable", on=on)

    @rule(name=people, on=switches)
    def show_followings(self, name: str, on: bool) -> None:
        self.wish(name, "followings_public", on=on)


class StandingRules(Life):
    """Being shut out, by staff or by one's own wish to go, and coming back. The relay follows at once."""

    @rule(name=people)
    def suspend(self, name: str) -> None:
        suspend_user(user=self.users[name], reason="spam", at=self.tick())
        self.model.people[name].suspended = True
        self.settle(name)

    @rule(name=people)
    def lift(self, name: str) -> None:
        lift_suspension(user=self.users[name], at=self.tick())
        self.model.people[name].suspended = False
        self.settle(name)

    @rule(name=people)
    def leave(self, name: str) -> None:
        if self.acts(name):
            at = self.tick()
            begin_leaving(user=self.users[name], erase_at=at + timedelta(days=30), at=at)
            self.model.people[name].leaving = True
            self.settle(name)

    @rule(name=people)
    def come_back(self, name: str) -> None:
        """By signing in, which whoever is suspended cannot."""
        if self.model.people[name].leaving and not self.model.people[name].suspended:
            stay(User.objects.get_queryset().select_for_update(no_key=True).get(pk=self.users[name].pk))
            self.model.people[name].leaving = False
            self.settle(name)

    def settle(self, name: str) -> None:
        super().settle(name)
        while social.settle_follows(user_id=self.users[name].pk):
            pass
