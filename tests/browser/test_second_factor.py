"""A role is woken on a phone: by a code with and without script, by a passkey of a device that the browser makes up."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.members.models import Role
from tests.browser.conftest import PHONE
from tests.browser.test_first_story import _fits
from tests.conftest import Running
from tests.people import PASSPHRASE, Person
from tests.security.server import Server
from tests.staff.conftest import GUARDED
from tests.staff.guarded import Phone, with_role

pytestmark = pytest.mark.browser
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Under a name: browsers make no passkeys for a bare address."""
    folder = tmp_path_factory.mktemp("passkeys")
    server = Server(folder, f"sqlite:///{folder}/hearth.db", **GUARDED)
    server.environment["HEARTH_BASE_URL"] = f"http://localhost:{server.port}"
    server.start()
    yield server.running
    server.close()


def test_a_key_is_taken_and_a_role_woken_with_and_without_script(here: Running, phone: Page) -> None:
    staff = with_role(here)
    app = _enrolled(phone, here.url, staff)
    phone.context.clear_cookies()
    _sign_in(phone, here.url, staff)
    phone.get_by_role("link", name="Desk", exact=True).click()
    expect(phone.get_by_label("Code")).to_be_focused()
    _fits(phone)
    phone.keyboard.type(app.code())
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_have_text("What waits for a person")


def _enrolled(page: Page, url: str, staff: Person) -> Phone:
    _sign_in(page, url, staff)
    page.get_by_role("link", name="Desk", exact=True).click()
    expect(page.get_by_role("img", name="The key as a picture")).to_be_visible()
    _fits(page)
    app = Phone("".join(page.locator("p.kept").inner_text().split()))
    page.get_by_label("Code").fill(app.code())
    page.get_by_role("button", name="Set it up").press("Enter")
    expect(page.get_by_role("listitem").filter(has=page.locator("code"))).to_have_count(10)
    _fits(page)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What waits for a person")
    return app


def _sign_in(page: Page, url: str, person: Person) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("Your sign-in name").fill(person.sign_in_name)
    page.get_by_label("Your passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in").click()


def test_a_passkey_wakes_it_once_for_each_question(here: Running, chromium: Browser) -> None:
    staff = with_role(here, Role.ADMINISTRATOR)
    address = here.url.replace("127.0.0.1", "localhost")
    context = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    device = wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
    _enrolled(page, address, staff)
    page.get_by_role("link", name="Your roles").click()
    page.get_by_role("link", name="New telephone, or passkeys").click()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your roles")
    page.get_by_role("link", name="New telephone, or passkeys").click()
    expect(page.get_by_text("1 passkey wakes this role.")).to_be_visible()

    context.clear_cookies()
    _sign_in(page, address, staff)
    page.get_by_role("link", name="Desk", exact=True).click()
    with page.expect_request(lambda asked: asked.method == "POST") as sent:
        page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What waits for a person")
    context.clear_cookies()
    _sign_in(page, address, staff)
    page.get_by_role("link", name="Desk", exact=True).click()
    _say_again(page, sent.value.post_data or "")
    expect(page.get_by_text("This device’s answer does not fit.").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your role is asleep")

    wire.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device})
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("The device did not answer.")).to_be_visible()
    context.close()


def _say_again(page: Page, said: str) -> None:
    """Send the device's answer of another session from this one."""
    page.evaluate(
        """(said) => {
            const form = document.querySelector("form[data-passkey]");
            const before = new URLSearchParams(said);
            for (const name of ["ticket", "passkey"]) form.elements[name].value = before.get(name);
            form.submit();
        }""",
        said,
    )
