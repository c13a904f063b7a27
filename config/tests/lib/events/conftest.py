import pytest
from celery import current_app

from config.tests.lib.events import lamps


@pytest.fixture(autouse=True)
def lamp_routes(settings):
    settings.EVENT_ROUTES = lamps.ROUTES_PATH


@pytest.fixture
def broker():
    """The queue in which messages wait, empty at first; nobody works here."""
    with current_app.connection_for_write() as connection:
        client = connection.default_channel.client
        client.delete("default")
        yield client
        client.delete("default")
