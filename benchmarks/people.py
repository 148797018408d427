"""Members of a seeded forum: they sign up, sign in and join as anybody does."""

import json
from typing import Any

from benchmarks.load import Client

PASSPHRASE = "seven grey herons over the quiet harbour"  # noqa: S105  (nobody’s)
API = "/api/v1"


class Person:
    """Somebody with a place of their own who has joined one group."""

    def __init__(self, url: str, slug: str) -> None:
        self.http = Client(url)
        place = self._post("/accounts", {"passphrase": PASSPHRASE})
        self.sign_in_name, self.token = str(place["sign_in_name"]), str(place["token"])
        self.bearer = f"Authorization: Bearer {self.token}\r\n"
        status, body = self.http.get(f"{API}/groups/{slug}", self.bearer)
        assert status == 200, body  # noqa: S101
        version = json.loads(body)["guidelines"]["version"]
        joined = self.http.put(f"{API}/groups/{slug}/membership", _json({"guidelines_version": version}), self.bearer)
        assert joined[0] == 200, joined  # noqa: S101

    def sign_in(self) -> None:
        self._post("/sessions", {"sign_in_name": self.sign_in_name, "passphrase": PASSPHRASE})

    def reply(self, story_id: str, body: str) -> None:
        said = self._post(f"/stories/{story_id}/replies", {"body": body})
        assert said["status"] == "published", said  # noqa: S101

    def search(self, words: str) -> int:
        """How many were found on the first page."""
        return len(self._post("/search", {"words": words})["items"])

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        status, answer = self.http.post(f"{API}{path}", _json(body), more=getattr(self, "bearer", ""))
        assert status in (200, 201), (path, status, answer[:300])  # noqa: S101
        found: dict[str, Any] = json.loads(answer)
        return found


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()
