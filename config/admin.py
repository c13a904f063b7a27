from django.contrib import admin

from config.lib.admin import ReadOnlyAdmin
from config.models import DomainEvent, EventDelivery


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
