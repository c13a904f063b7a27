from discovery.queries.feed import Feed, Page
from discovery.queries.home import newest_elsewhere
from discovery.queries.walking import Spot

__all__ = ["Feed", "Page", "Spot", "newest_elsewhere"]
