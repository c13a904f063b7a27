# ruff: noqa: INP001 -- run as a file, by the container
"""Ends with 0 when the web process in this container answers, else with 1. Standard library only, so it starts fast.

The request carries the site's own name: Django refuses every other.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit

PORT = 8000
PATIENCE_S = 4


def main() -> int:
    """Ask for /health/live/, as the reverse proxy would."""
    host = urlsplit(os.environ.get("SITE_URL", "https://localhost")).hostname or "localhost"
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/health/live/", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return 0 if connection.getresponse().status == http.client.OK else 1
    except OSError:
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
