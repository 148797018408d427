"""Words that look like something else are words: SQL, paths, line breaks, and every string that ever broke a program
(W-10, W-11, W-12)."""

from urllib.parse import quote

import httpx
import pytest

from tests.api.pages import Desk
from tests.api.village import row_counts
from tests.conftest import Running
from tests.people import NO_TLS

SQL = [
    "' OR '1'='1", "'; DROP TABLE stories; --", '" OR ""="', "1; SELECT pg_sleep(9)", "1' AND sleep(9)#", "') OR 1=1--", "\\'; --",
    "admin'--", "' UNION SELECT name_mac, verifier, 1 FROM accounts --", "1 OR 1=1", "%' AND 1=0 UNION ALL SELECT 1,2,3--",
    "$$; DELETE FROM groups; $$", "x' AND 1=randomblob(900000000)--", "NULL", "0x31303235", "' || (SELECT 1) || '", "{{7*7}}",
    "${jndi:ldap://x}", "*:*", 'a NEAR/0 "', "AND OR NOT", "(((((", '"""', "col:x", "a*b^c", "-- \n", "/**/", "%", "_", "\\",
]  # fmt: skip
PATHS = [
    "../" * n + file for n in (1, 4, 9) for file in ("etc/passwd", "app/main.py", "var/secrets/pepper", "secrets/pepper")
] + [
    "..%2f..%2fapp%2fmain.py", "..%252f..%252fapp", "%2e%2e/%2e%2e/app/main.py", "....//....//etc/passwd", "..\\..\\app\\main.py",
    "/etc/passwd", "file:///etc/passwd", "%00", "x%00.css", "..;/app", "%c0%ae%c0%ae/app", "\\\\host\\share", "~root", "con", ".",
]  # fmt: skip
OPEN_PAGES = {"/", "/sign-in", "/groups", "/api/v1/groups"}
"""Where a dot at the end of an address leads, as clients read it."""
ODD = [
    "\r\nSet-Cookie: a=b", "%0d%0aX: y", "\n\n", "\x00", "\x1b[31m", "\u202e", "\u200b", "\ufeff", "Z̸a̷l̵",
    "\U0001f468\u200d\U0001f469",    "undefined", "null", "NaN", "-1", "1e309", "true", "[]", "{}", "<script>alert(1)</script>",
    "\ud7ff", "\ufffe", "ﷺ" * 40,
]  # fmt: skip


def naughty() -> list[str]:
    """Ours, and letters of every part of Unicode in heaps of forty."""
    heaps = [
        "".join(map(chr, range(start, start + 40)))
        for start in (*range(0, 0xD000, 0xA01), *range(0xE000, 0x20000, 0x2003))
    ]
    return [*SQL, *PATHS, *ODD, *heaps]


@pytest.mark.measures("W-10", "W-12")
def test_strings_of_all_kinds_break_nothing_anywhere(hearth: Running) -> None:
    desk = Desk(hearth)
    story = desk.person.share(desk.slug, "Tonight", "Words that stay as they are.")["id"]
    before = row_counts(hearth)
    worst = 0.0
    for text in naughty():
        place = quote(text, safe="")
        answers = [
            desk.person.api.post(
                "/moderation/preview", json={"group": desk.slug, "title": text[:200], "body": text or "x"}
            ),
            desk.person.api.get(f"/stories/{place}"),
            desk.person.api.get(f"/groups/{place}"),
            desk.person.api.get(f"/groups/{desk.slug}/stories", params={"after": text, "note": text, "order": text}),
            desk.browser.http.get(f"/groups/{desk.group}", params={"note": text, "after": text}),
            desk.browser.http.post("/sign-in", data={"sign_in_name": text, "passphrase": text, "next": text}),
        ]
        for answer in answers:
            assert answer.status_code < 500, (text, answer.url, answer.text)
            assert "set-cookie" not in answer.headers or "a=b" not in answer.headers["set-cookie"]
            assert "x" not in answer.headers
            worst = max(worst, answer.elapsed.total_seconds())
    assert row_counts(hearth) == before
    assert desk.person.api.get(f"/stories/{story}").json()["body"] == "Words that stay as they are."
    assert worst < 5


@pytest.mark.parametrize("way", ["token", "cookie", "header"])
def test_strings_in_headers_break_nothing(on_sqlite: Running, way: str) -> None:
    for text in SQL + PATHS:
        value = " ".join(text.split()).encode("utf-8", "replace")
        name = {"token": b"authorization", "cookie": b"cookie", "header": b"idempotency-key"}[way]
        given = {"token": b"Bearer " + value, "cookie": b"hearth=" + value, "header": value}[way]
        answer = httpx.get(f"{on_sqlite.url}/api/v1/me", headers=[(name, given)], verify=NO_TLS)
        assert answer.status_code in (400, 401, 422)
        assert httpx.get(f"{on_sqlite.url}/groups", headers=[(name, given)], verify=NO_TLS).status_code in (200, 400)


@pytest.mark.measures("W-11")
def test_paths_lead_nowhere(on_sqlite: Running) -> None:
    desk = Desk(on_sqlite)
    pepper = (on_sqlite.secrets / "pepper").read_text().strip()
    for path in PATHS:
        for before in ("/static/", "/static/0/", "/groups/", "/stories/", "/", "/api/v1/groups/"):
            answer = desk.browser.http.get(
                httpx.URL(f"{on_sqlite.url}{before}").copy_with(raw_path=_raw(before + path))
            )
            assert answer.status_code in (400, 401, 404) or answer.url.path in OPEN_PAGES, (before, path)
            assert pepper not in answer.text
            assert "root:" not in answer.text
            assert '"""Puts the house together' not in answer.text


def _raw(path: str) -> bytes:
    return "".join(letter if "!" <= letter <= "~" else quote(letter) for letter in path).encode()
