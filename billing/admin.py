from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from billing import services
from billing.models import Plan, Reservation, Usage
from config.lib.admin import ReadOnlyAdmin
from config.lib.errors import DomainError


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # a class that is not generic at run time
    """The one thing that staff writes here: what a site offers is its operator's to say."""

    list_display = ("code", "name", "position", "upload_minutes", "storage_bytes", "is_default", "is_archived")
    ordering = ("position", "pk")
    readonly_fields = ("is_default", "is_archived")
    actions = ("make_default", "archive", "offer")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.readonly_fields, "code") if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: Plan, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's
        if change:
            services.change_plan(plan=obj)
        else:
            services.add_plan(plan=obj)

    @admin.action(description="Make it the plan of everybody without another", permissions=["change"])
    def make_default(self, request: HttpRequest, queryset: QuerySet[Plan]) -> None:
        if queryset.count() == 1:
            self.carry_out(request, queryset, act=services.make_default)
        else:
            self.message_user(request, "Choose one plan.", messages.ERROR)

    @admin.action(description="Offer it no longer", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Plan]) -> None:
        self.carry_out(request, queryset, act=services.archive_plan)

    @admin.action(description="Offer it again", permissions=["change"])
    def offer(self, request: HttpRequest, queryset: QuerySet[Plan]) -> None:
        self.carry_out(request, queryset, act=services.offer_plan)

    def carry_out(self, request: HttpRequest, plans: QuerySet[Plan], *, act: Callable[..., Plan]) -> None:
        """One service call for each plan; what was refused is told, what was done is in the plan's history."""
        for plan in plans:
            try:
                self.log_change(request, act(plan=plan), act.__name__)
            except DomainError as error:
                self.message_user(request, str(error), messages.ERROR)


@admin.register(Usage)
class UsageAdmin(ReadOnlyAdmin):
    list_display = ("user", "used_ms", "reserved_ms", "used_bytes", "reserved_bytes", "downloads", "downloads_day")
    list_select_related = ("user",)
    search_fields = ("user__username__startswith",)


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    list_display = ("key", "usage", "state", "size_bytes", "duration_ms", "settled_bytes", "settled_ms", "updated_at")
    list_filter = ("state",)
    search_fields = ("usage__user__username__startswith",)
    ordering = ("-id",)
