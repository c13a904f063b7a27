"""A page as a browser would take it apart."""

from html.parser import HTMLParser

RESOURCES = {"script": "src", "img": "src", "audio": "src", "source": "src", "link": "href", "form": "action"}


class Markup(HTMLParser):
    """What a browser would find: tags with their attributes, and the text that stands inside scripts and styles."""

    def __init__(self, response) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.code: list[str] = []
        self.text: list[str] = []
        self.open = ""
        self.feed(response.content.decode())

    def handle_starttag(self, tag, attrs):
        self.open = tag
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        self.open = ""

    def handle_data(self, data):
        (self.code if self.open in {"script", "style"} else self.text).append(data)

    def values(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.tags if name in attributes]


def assert_tame(response) -> None:
    """Nothing inline, nothing from elsewhere, and the policy that forbids both."""
    policy = response["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"
    assert "style-src 'self';" in f"{policy};"
    assert "unsafe" not in policy
    markup = Markup(response)
    assert not "".join(markup.code).strip()
    for tag, attributes in markup.tags:
        assert tag not in {"style", "iframe", "object", "base"}
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        assert attributes.get("src", "none") != "x"
        if tag in RESOURCES and attributes.get(RESOURCES[tag]):
            assert attributes[RESOURCES[tag]].startswith("/")
            assert not attributes[RESOURCES[tag]].startswith("//")
    for address in markup.values("href"):
        assert address.startswith(("/", "#", "http://", "https://", "mailto:"))
