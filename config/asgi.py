"""One process that serves sockets, and everything else where no reverse proxy stands in front: `make run`.

Requests run through Django's WSGI application on a fixed set of threads (a third of the CPU that Django's own ASGI
handler takes); bodies are spooled to disk first, so that slow uploaders hold no thread; the bytes of resumable uploads
are kept as they arrive; files are delivered from here when the gate says so, as nginx would.
"""

import os
from functools import partial

from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter
from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
django = get_wsgi_application()

from accounts.handshakes import session_at  # noqa: E402 -- needs the apps that the line above loads
from accounts.queries import living_sessions  # noqa: E402 -- likewise
from config.composed.rooms import TrackRooms  # noqa: E402 -- likewise
from config.lib.realtime.attendance import Attendance  # noqa: E402 -- likewise
from config.lib.realtime.process import Realtime, lifespan  # noqa: E402 -- likewise
from config.server.delivery import Delivery  # noqa: E402 -- likewise
from config.server.spooling import BodySpooler  # noqa: E402 -- likewise
from config.server.tus import TusUploads  # noqa: E402 -- likewise
from config.socket_routes import SOCKETS  # noqa: E402 -- likewise

THREADS = 16
sockets = {"sign_in": session_at, "living_sessions": living_sessions, "companions": (TrackRooms, Attendance)}

rest = BodySpooler(WSGIMiddleware(django, workers=THREADS))
application = ProtocolTypeRouter(
    {
        "http": Delivery(TusUploads(rest), root=settings.MEDIA_ROOT),
        "websocket": SOCKETS,
        "lifespan": partial(lifespan, make=partial(Realtime, **sockets)),
    }
)
