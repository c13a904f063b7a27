from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.leaving import services
from accounts.leaving.cards import export_card
from accounts.leaving.serializers import Export
from accounts.models import AccountExport
from config.lib.permissions import any_person
from config.lib.viewsets import ApiViewSet, VisibleViewSet

SECRET = {"Cache-Control": "no-store"}


class DeletionCodeViewSet(ApiViewSet):
    """Proof by mail, where there is no password."""

    policies = {"create": any_person}
    problems = {"create": (services.PasswordNeeded,)}

    @extend_schema(request=None, responses={204: None})
    def create(self, request: Request) -> Response:
        """Have a code mailed that confirms `DELETE me/`: eight digits, good for ten minutes at least.

        For accounts without a password; all others confirm with that.
        """
        services.request_deletion_code(request=request._request, user=request.user)  # noqa: SLF001 -- DRF's own way to the Django request
        return Response(status=204)


class ExportViewSet(VisibleViewSet):
    """One's own archives."""

    queryset = AccountExport.objects.all()
    serializer_class = Export
    policies = {"create": any_person}
    problems = {"create": (services.ExportTooSoon,)}
    finding_actions = frozenset({"retrieve"})

    @extend_schema(responses=Export)
    def retrieve(self, request: Request) -> Response:
        """The newest export: how far it is and, once it is ready, an address to download it for an hour.

        404 without one: none was asked for, or it was removed after its week.
        """
        export = self.get_object()
        return Response(export_card(export, at=timezone.now()), headers=SECRET)

    def get_object(self) -> AccountExport:
        """The newest of the viewer's."""
        export: AccountExport | None = self.get_queryset().order_by("-pk").first()
        if export is None:
            raise Http404
        return export

    @extend_schema(request=None, responses={202: Export})
    def create(self, request: Request) -> Response:
        """Have an archive made of everything that one has here; a mail says when it is ready.

        One at a time (asking again answers with the one that is on its way), and one a day.
        """
        at = timezone.now()
        export = services.request_export(user=request.user, at=at)
        return Response(export_card(export, at=at), status=202, headers=SECRET)
