from typing import Any, ClassVar

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.viewsets.lookup import USER, person_named
from config.lib.caching import cached_answer
from config.lib.filters import FilterBackend
from config.lib.pagination import NewestFirst
from config.lib.permissions import any_person
from config.lib.renderers import dumps
from config.lib.scopes import Scope
from config.lib.viewsets import VisibleViewSet
from engagement.posts import queries, services
from engagement.posts.cards import post_card
from engagement.posts.filters import PostFilter
from engagement.posts.models import Post
from engagement.posts.policies import can_edit_post
from engagement.posts.serializers import PostCard, PostChange, PostWrite
from playlists.models import Playlist
from tracks.models import Track

WORDS = (services.PostTooManyLinks, services.PostTooManyMentions, services.PostRepeated)


class PostListViewSet(VisibleViewSet):
    """What all endpoints of posts share."""

    queryset = Post.objects.all()
    serializer_class = PostCard
    pagination_class = NewestFirst

    def page(self, queryset: Any) -> Response:
        """One page of cards."""
        rows = self.paginate_queryset(queryset.for_card(self.viewer))
        return self.get_paginated_response([post_card(row) for row in rows or []])


class PostViewSet(PostListViewSet):
    """Posts: what everybody says, one of them, and what its author does with it."""

    filter_backends: ClassVar[list[Any]] = [FilterBackend]
    filterset_class = PostFilter
    lookup_url_kwarg = "post"
    open_actions = frozenset({"list", "retrieve"})
    repeatable_actions = frozenset({"create"})
    finding_actions = frozenset({"create"})
    scopes = {
        **dict.fromkeys(("list", "retrieve"), Scope.READ),
        **dict.fromkeys(("create", "partial_update", "destroy", "restore"), Scope.WRITE),
    }
    policies = {"create": any_person, **dict.fromkeys(("partial_update", "destroy", "restore"), can_edit_post)}
    problems = {"create": (*WORDS, services.PostsTooFast), "partial_update": WORDS}

    def handle_exception(self, exc: Exception) -> Response:
        """A post that was thrown away meanwhile, and what cannot be attached, are absent like any other."""
        absent = isinstance(exc, Post.DoesNotExist | Track.DoesNotExist | Playlist.DoesNotExist)
        return super().handle_exception(Http404() if absent else exc)

    def representation(self, post_id: int) -> dict[str, Any]:
        """The post as the caller may read it; raises Http404."""
        row = self.get_queryset().filter(pk=post_id).for_card(self.viewer).first()
        if row is None:
            raise Http404
        return post_card(row)

    @extend_schema(responses=PostCard(many=True))
    def list(self, request: Request) -> Response:
        """What people who want to be found have to say, the newest first."""
        return self.page(self.filter_queryset(self.get_queryset().listed().of_findable()))

    @extend_schema(request=PostWrite, responses={201: PostCard})
    def create(self, request: Request) -> Response:
        """Say something in 1 to 500 characters. `@username` mentions somebody, who is settled now, whatever they are
        called later; `track_id` brings a track that is in the lists, `playlist_id` a playlist instead."""
        post = services.publish_post(author=request.user, **self.checked(PostWrite), at=timezone.now())
        location = {"Location": f"/api/v1/posts/{post.pk}/"}
        return Response(self.representation(post.pk), status=201, headers=location)

    @extend_schema(responses=PostCard)
    def retrieve(self, request: Request, post: str) -> HttpResponse:
        """One post."""
        content = dumps(self.representation(int(post)))
        return cached_answer(request, content=content, content_type="application/json", shared=True)

    @extend_schema(request=PostChange, responses=PostCard)
    def partial_update(self, request: Request, post: str) -> Response:
        """Say it otherwise; `edited_at` tells that. What is left out stays as it is."""
        found = self.get_object()
        services.edit_post(post=found, changes=self.checked(PostChange), at=timezone.now())
        return Response(self.representation(found.pk))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, post: str) -> Response:
        """Move the post to the trash."""
        services.trash_post(post=self.get_object(), at=timezone.now())
        return Response(status=204)

    @extend_schema(request=None, responses=PostCard)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, post: str) -> Response:
        """Bring the post back from the trash, as it was; one that is back already stays as it is."""
        thrown = queries.thrown_away(self.viewer).filter(pk=post).first()
        found = services.restore_post(post=thrown or self.get_object())
        return Response(self.representation(found.pk))


class UserPostViewSet(PostListViewSet):
    """What somebody says."""

    scopes = {"list": Scope.READ}
    open_actions = frozenset({"list"})

    @extend_schema(responses=PostCard(many=True), parameters=[USER])
    def list(self, request: Request, user: str) -> Response:
        """Somebody's posts, the newest first."""
        person = person_named(user, viewer=self.viewer)
        return self.page(self.get_queryset().listed().by(person.pk))
