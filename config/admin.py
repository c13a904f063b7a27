from django.contrib import admin

from config.lib.admin import ReadOnlyAdmin
from config.models import DomainEvent, EventDelivery, Reconciliation, Removal


@admin.register(DomainEvent)
class DomainEventAdmin(ReadOnlyAdmin):
    list_display = ("id", "created_at", "type", "payload", "topics", "request_id")
    ordering = ("-id",)
    exclude = ("xid",)


@admin.register(EventDelivery)
class EventDeliveryAdmin(ReadOnlyAdmin):
    list_display = ("id", "event_id", "route", "attempts", "due_at", "done_at", "parked_at", "last_error")
    list_filter = (("parked_at", admin.EmptyFieldListFilter), ("done_at", admin.EmptyFieldListFilter))
    ordering = ("-id",)


@admin.register(Removal)
class RemovalAdmin(ReadOnlyAdmin):
    list_display = ("id", "removed_at", "prefix", "reason", "by", "request_id")
    search_fields = ("prefix", "request_id")
    ordering = ("-id",)


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "started_at",
        "finished_at",
        "by",
        "objects_seen",
        "orphans",
        "removed",
        "missing",
        "strangers",
    )
    ordering = ("-id",)
