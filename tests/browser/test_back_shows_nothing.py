"""After leaving, signing out and closing a place, Back shows nothing private (SECURITY.md, Q-2 and finding 2): in a real
browser over HTTPS with its back/forward cache on, with and without JavaScript."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, Page, expect, sync_playwright

from tests.browser.conftest import CHROMIUM, PHONE, QUIET
from tests.browser.over_tls import NEUTRAL, Tunnel, certificate, neutral_site
from tests.conftest import Running, serve
from tests.people import PASSPHRASE, Person

pytestmark = pytest.mark.browser
GROUP = "evening-harbour"
PRESSES = 5
SETTLED_SECONDS = 10
LOOKS_FOR_SECONDS = 0.3
"""How long a page is watched after it came: what flashes up counts, too."""


@dataclass
class Site:
    """A Hearth behind TLS."""

    hearth: Running
    tunnel: Tunnel


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("tls")
    tls = certificate(folder)
    tunnel = Tunnel(tls)
    with neutral_site(tls) as elsewhere:
        database = f"sqlite:///{folder}/hearth.db"
        for hearth in serve(folder, database, HEARTH_BASE_URL=tunnel.url, HEARTH_EXIT_URL=elsewhere):
            tunnel.behind = int(hearth.url.rsplit(":", 1)[1])
            yield Site(hearth, tunnel)
    tunnel.close()


@pytest.fixture(scope="module")
def remembering() -> Iterator[Browser]:
    """Playwright switches the back/forward cache off, unless it is told not to (finding 3)."""
    if CHROMIUM is None:
        pytest.fail("There is no chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=QUIET, ignore_default_args=["--disable-back-forward-cache"]
        )
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def device(request: pytest.FixtureRequest, remembering: Browser) -> Iterator[BrowserContext]:
    context = remembering.new_context(viewport=PHONE, java_script_enabled=request.param, ignore_https_errors=True)  # type: ignore[arg-type]
    yield context
    context.close()


@pytest.mark.measures("Q-2")
def test_leave_now_leaves_nothing_behind(site: Site, device: BrowserContext) -> None:
    page, name = _five_pages_deep(site, device)
    page.get_by_role("button", name="Leave now").first.click()
    expect(page.get_by_role("heading")).to_have_text(NEUTRAL)
    assert _seen_going_back(page, name) == 0


@pytest.mark.measures("Q-2")
def test_signing_out_leaves_nothing_behind(site: Site, device: BrowserContext) -> None:
    page, name = _five_pages_deep(site, device)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    assert _seen_going_back(page, name) == 0


@pytest.mark.measures("Q-2")
def test_closing_a_place_leaves_nothing_behind(site: Site, device: BrowserContext) -> None:
    page, name = _five_pages_deep(site, device)
    page.goto(f"{site.tunnel.url}/settings/close")
    page.get_by_label("Your passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Close my place").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your place is closed")
    assert device.cookies() == []
    assert _seen_going_back(page, name) == 0


def test_without_these_headers_it_would_be_seen(site: Site, remembering: Browser) -> None:
    """What is measured above is there to be measured: the browser does remember what it is not told to forget."""
    context = remembering.new_context(viewport=PHONE, java_script_enabled=False, ignore_https_errors=True)  # type: ignore[arg-type]
    page, name = _five_pages_deep(site, context)
    site.tunnel.hidden = (b"clear-site-data", b"set-cookie")
    try:
        page.get_by_role("button", name="Leave now").first.click()
        expect(page.get_by_role("heading")).to_have_text(NEUTRAL)
        assert _seen_going_back(page, name) > 0
    finally:
        site.tunnel.hidden = ()
        context.close()


def _five_pages_deep(site: Site, device: BrowserContext) -> tuple[Page, str]:
    """Somebody signed in who read five pages, each with their name in the group on it; and that name."""
    person = Person.signed_up(site.hearth.url)
    name = person.join(GROUP)
    stories = [person.share(GROUP, f"Evening {n}", "It was a quiet evening, and I am glad.")["id"] for n in "ab"]
    group = person.api.get(f"/groups/{GROUP}").json()["id"]
    page = device.new_page()
    page.goto(f"{site.tunnel.url}/sign-in")
    page.get_by_label("Your sign-in name").fill(person.sign_in_name)
    page.get_by_label("Your passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in").click()
    for path in ("/", f"/groups/{group}", *(f"/stories/{story}" for story in stories), "/mine"):
        page.goto(site.tunnel.url + path)
        expect(page.get_by_role("main")).to_contain_text(name)
    return page, name


def _seen_going_back(page: Page, name: str) -> int:
    """On how many of five presses of Back the name was to be seen."""
    devtools = page.context.new_cdp_session(page)
    return sum(_is_seen_after_back(devtools, name) for _press in range(PRESSES))


def _is_seen_after_back(devtools: CDPSession, name: str) -> bool:
    history = devtools.send("Page.getNavigationHistory")
    at = history["currentIndex"]
    if at == 0:
        return False
    devtools.send("Page.navigateToHistoryEntry", {"entryId": history["entries"][at - 1]["id"]})
    end = time.monotonic() + SETTLED_SECONDS
    settled = 0.0
    while time.monotonic() < end:
        shown = _text(devtools)
        if name in shown:
            return True
        is_elsewhere = devtools.send("Page.getNavigationHistory")["currentIndex"] != at
        if is_elsewhere and re.search(rf"Sign in|Come in|{NEUTRAL}", shown):
            settled = settled or time.monotonic()
            if time.monotonic() - settled > LOOKS_FOR_SECONDS:
                return False
    return False


def _text(devtools: CDPSession) -> str:
    """What stands on the page now; empty while there is none."""
    asked = {"expression": "document.body ? document.body.innerText : ''", "returnByValue": True}
    try:
        return str(devtools.send("Runtime.evaluate", asked)["result"].get("value", ""))
    except Error:  # between two pages there is nobody to ask
        return ""
