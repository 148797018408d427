"""People as tests know them: through the API, or with a browser that has no JavaScript."""

import ssl
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
from bs4 import BeautifulSoup, Tag

PASSPHRASE = "lantern bicycle orchard velvet canyon"
TIMEOUT = 30
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody. By itself each client reads the certificates of the whole world first, for 20 ms, and tests speak plain
HTTP."""


@dataclass
class Person:
    """A member who uses the JSON API."""

    api: httpx.Client
    sign_in_name: str
    recovery_codes: list[str]
    personas: dict[str, str] = field(default_factory=dict)

    @classmethod
    def signed_up(cls, url: str, invitation: str = "") -> "Person":
        client = httpx.Client(base_url=f"{url}/api/v1", timeout=TIMEOUT, verify=NO_TLS)
        answer = client.post("/accounts", json={"passphrase": PASSPHRASE, "invitation": invitation})
        assert answer.status_code == 201, answer.text
        place = answer.json()
        client.headers["Authorization"] = f"Bearer {place['token']}"
        return cls(client, place["sign_in_name"], place["recovery_codes"])

    def join(self, slug: str, persona: str = "", **more: Any) -> str:
        version = self.api.get(f"/groups/{slug}").json()["guidelines"]["version"]
        answer = self.api.put(
            f"/groups/{slug}/membership", json={"guidelines_version": version, "persona": persona, **more}
        )
        assert answer.status_code == 200, answer.text
        self.personas[slug] = answer.json()["persona"]["name"]
        return self.personas[slug]

    def share(self, slug: str, title: str, body: str, **more: Any) -> dict[str, Any]:
        answer = self.api.post(f"/groups/{slug}/stories", json={"title": title, "body": body, **more})
        assert answer.status_code == 201, answer.text
        story: dict[str, Any] = answer.json()
        return story

    def reply(self, story_id: str, body: str, **more: Any) -> dict[str, Any]:
        answer = self.api.post(f"/stories/{story_id}/replies", json={"body": body, **more})
        assert answer.status_code == 201, answer.text
        reply: dict[str, Any] = answer.json()
        return reply

    def case_about(self, subject: str) -> dict[str, Any]:
        """The open case about `story:ID` or `reply:ID`, found by walking the queue."""
        after = ""
        while True:
            queue = self.api.get("/moderation/cases", params={"after": after, "limit": 50}).json()
            for case in queue["items"]:
                if case["subject"] == subject:
                    found: dict[str, Any] = case
                    return found
            assert queue["next"], f"no case about {subject}"
            after = queue["next"]

    def decide(self, case_id: str, action: str, **more: Any) -> httpx.Response:
        claimed = self.api.post(f"/moderation/cases/{case_id}/claim")
        assert claimed.status_code == 200, claimed.text
        return self.api.post(
            f"/moderation/cases/{case_id}/decision", json={"action": action, "reason": "looked at", **more}
        )


class Visitor:
    """Somebody who reads pages and sends their forms, field by field, as a browser without JavaScript does."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=TIMEOUT, verify=NO_TLS, follow_redirects=True)
        self.page = BeautifulSoup("", "html.parser")
        self.answer: httpx.Response | None = None

    @property
    def status(self) -> int:
        assert self.answer is not None
        return self.answer.status_code

    @property
    def path(self) -> str:
        assert self.answer is not None
        return self.answer.url.path

    @property
    def text(self) -> str:
        """What the main part of the page says, with single spaces."""
        main = self.page.find("main") or self.page
        return " ".join(main.get_text(" ").split())

    def open(self, path: str) -> "Visitor":
        return self._see(self.http.get(path))

    def follow(self, words: str) -> "Visitor":
        """Follow the link that says these words."""
        for link in self.page.find_all("a"):
            if words in " ".join(link.get_text(" ").split()):
                return self.open(str(link["href"]))
        raise AssertionError(f"no link says {words!r} on {self.path}: {self.text[:500]}")

    def press(self, words: str, /, **typed: str | list[str]) -> "Visitor":
        """Fill the form that the button with these words belongs to, and press it."""
        button = next((b for b in self.page.find_all("button") if words in " ".join(b.get_text(" ").split())), None)
        assert button is not None, f"no button says {words!r} on {self.path}: {self.text[:500]}"
        form = self._form_of(button)
        data = self._fields(form)
        if button.get("name"):
            data[str(button["name"])] = str(button.get("value") or "")
        for name, value in typed.items():
            assert self._has_field(form, name), f"no field {name} beside {words!r} on {self.path}"
            data[name] = value
        action = str(button.get("formaction") or form.get("action") or self.path)
        return self._see(self.http.post(urlsplit(action)._replace(fragment="").geturl(), data=data))

    def _form_of(self, button: Tag) -> Tag:
        form = self.page.find("form", id=str(button["form"])) if button.get("form") else button.find_parent("form")
        assert isinstance(form, Tag)
        return form

    def _has_field(self, form: Tag, name: str) -> bool:
        return any(f.get("name") == name for f in form.find_all(["input", "textarea", "select"]))

    def _fields(self, form: Tag) -> dict[str, str | list[str]]:
        data: dict[str, str | list[str]] = {}
        for one in form.find_all(["input", "textarea", "select"]):
            name, kind = str(one.get("name") or ""), str(one.get("type") or "")
            if not name or (kind in ("checkbox", "radio") and not one.has_attr("checked")):
                continue
            value = str(one.get("value") or ("yes" if kind == "checkbox" else ""))
            if one.name == "textarea":
                value = one.get_text().removeprefix("\n")
            if one.name == "select":
                chosen = one.find("option", selected=True) or one.find("option")
                value = str(chosen["value"]) if isinstance(chosen, Tag) else ""
            before = data.get(name)
            data[name] = value if before is None else [*(before if isinstance(before, list) else [before]), value]
        return data

    def _see(self, answer: httpx.Response) -> "Visitor":
        self.answer = answer
        self.page = BeautifulSoup(answer.text, "html.parser")
        return self

    def sign_up(self, invitation: str = "") -> "Visitor":
        """Come in by the front door."""
        self.open(f"/come-in/{invitation}" if invitation else "/sign-up")
        self.press("Come in", which="own", passphrase=PASSPHRASE, adult="yes", own_device="yes")
        assert self.status == 200, self.text
        return self

    def join(self, group: str, persona: str = "") -> "Visitor":
        """Join a group from the list."""
        self.open("/groups").follow(group).follow("Join this group")
        suggested = [str(i["value"]) for i in self.page.find_all("input", attrs={"name": "suggested"})]
        name = {"suggested": "own", "persona": persona} if persona else {"suggested": suggested[0]}
        return self.press("Join", agree="yes", **name)
