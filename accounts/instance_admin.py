"""What an operator says of the site, and whom staff lets in. Both are forms before a service."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts import services
from accounts.models import Instance, Invite
from accounts.queries import instance


@admin.register(Instance)
class InstanceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # a class that is not generic at run time
    """One page: there is one row, or none yet."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("admin:accounts_instance_change", 1)

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Instance | None:
        """The row, or what would be in it."""
        return instance() if object_id == "1" else None

    def save_model(self, request: HttpRequest, obj: Instance, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's
        services.change_instance(says=obj, by=request.user)  # type: ignore[arg-type]  # nobody else gets here


@admin.register(Invite)
class InviteAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # a class that is not generic at run time
    """Staff makes invites of any size, and ends anybody's."""

    list_display = ("label", "made_by", "uses", "max_uses", "created_at", "expires_at")
    list_select_related = ("made_by",)
    search_fields = ("made_by__username__startswith",)
    ordering = ("-id",)
    fields = ("label", "max_uses", "expires_at")
    actions = ("end",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Who may take an invite back."""
        return request.user.has_perm("accounts.change_invite")

    def save_model(self, request: HttpRequest, obj: Invite, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's
        wish = {name: form.cleaned_data[name] for name in self.fields}
        invite, code = services.issue_invite(made_by=request.user, at=timezone.now(), **wish)  # type: ignore[arg-type]  # nobody else gets here
        obj.pk = invite.pk
        self.message_user(request, f"The code, shown this once: {code}", messages.WARNING)

    @admin.action(description="Let it let nobody in any more", permissions=["end"])
    def end(self, request: HttpRequest, queryset: QuerySet[Invite]) -> None:
        for invite in queryset:
            services.end_invite(invite=invite, at=timezone.now())
            self.log_change(request, invite, "ended")
