"""People at browsers."""

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from conftest import PASSWORD

FLAGS = (
    "--no-sandbox",  # Chromium refuses to run as root with it, and containers are root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

PATIENCE_S = 15.0
AUDIO = "document.querySelector('audio')"


@dataclass
class Visitors:
    """Opens a browser of its own for each person, and keeps what goes wrong in any of them.

    Chromium starts with the first of them. `neighbours` are other addresses that pages may speak to; what
    their own pages load is theirs.
    """

    chromium: str
    url: str
    neighbours: tuple[str, ...] = ()
    complaints: list[str] = field(default_factory=list)
    stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    @cached_property
    def browser(self) -> Browser:
        playwright = self.stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=self.chromium, args=list(FLAGS))
        self.stack.callback(browser.close)
        return browser

    def context(self, **options) -> BrowserContext:
        """A fresh browser: no cookie, no storage."""
        context = self.browser.new_context(base_url=self.url, **options)
        context.set_default_timeout(15_000)
        context.on("request", self.note_request)
        context.on("console", self.note_console)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        return context

    def page(self) -> Page:
        """A fresh browser with one page."""
        return self.context().new_page()

    def signed_in(self, username: str) -> Page:
        """A browser in which somebody has signed in by the form."""
        page = self.page()
        page.goto("/login/")
        log_in(page, username)
        return page

    def note_request(self, request) -> None:
        from_us = not request.frame.url.startswith(self.neighbours)
        if from_us and not request.url.startswith((f"{self.url}/", "data:", "blob:", *self.neighbours)):
            self.complaints.append(f"request to elsewhere: {request.url}")

    def note_console(self, message) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(f"policy: {message.text}")

    def check_complaints(self) -> None:
        assert not self.complaints


def log_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.get_by_label("Username or e-mail").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("[data-signed-in]")).to_be_visible()


def audio_source(page: Page) -> str:
    return page.evaluate(f"{AUDIO}.currentSrc")


def position(page: Page) -> float:
    """Seconds."""
    return page.evaluate(f"{AUDIO}.currentTime")


def wait_for(page: Page, expression: str) -> None:
    """Wait until `expression` is true in the page. Playwright's own way evaluates text, which our policy forbids."""
    deadline = time.monotonic() + PATIENCE_S
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"not true within {PATIENCE_S} s: {expression}"
        page.wait_for_timeout(50)


def wait_until_past(page: Page, seconds: float) -> None:
    """Wait until the sound really runs and has passed `seconds`."""
    wait_for(page, f"{AUDIO}.currentTime > {seconds} && !{AUDIO}.paused && !{AUDIO}.seeking")


def fetch_range(page: Page, url: str) -> int:
    """The status of the next range request, as the audio element would send it."""
    return page.evaluate("url => fetch(url, {headers: {Range: 'bytes=0-99'}}).then(answer => answer.status)", url)
