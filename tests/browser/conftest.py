"""Debian's Chromium, at a phone's width, with and without JavaScript."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from app.foundation.settings import Settings

CHROMIUM = shutil.which("chromium")
PHONE = {"width": 390, "height": 844}
HERE, EXIT = "http://127.0.0.1:", Settings.model_fields["exit_url"].default
LOADING = "Failed to load resource"
"""A refusal, or a host that is not there: what was asked is looked at by itself."""
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("There is no chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def phone(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """A page on a phone; what it asks of other hosts, and what its console says, fails the test."""
    context = chromium.new_context(viewport=PHONE, java_script_enabled=request.param)  # type: ignore[arg-type]
    page = context.new_page()
    faults: list[str] = []
    page.on(
        "console",
        lambda said: faults.append(said.text) if said.type == "error" and not said.text.startswith(LOADING) else None,
    )
    page.on("request", lambda asked: faults.append(asked.url) if not asked.url.startswith((HERE, EXIT)) else None)
    yield page
    context.close()
    assert not faults
