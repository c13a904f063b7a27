from django.urls import path

from discovery.viewsets import FeedViewSet, HomeViewSet

urlpatterns = [
    path("feed/", FeedViewSet.as_view({"get": "retrieve"}), name="feed"),
    path("feed/home/", HomeViewSet.as_view({"get": "retrieve"}), name="feed-home"),
]
