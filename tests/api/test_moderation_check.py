"""`hearth moderation check`: a line in, a line out, in order, at once, and no database unless a group is named."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.api.village import ASKS, DANGER, PHONE, QUIET, joined, opened
from tests.conftest import ROOT, Running

COMMAND = [sys.executable, "-m", "app", "moderation", "check"]
NOWHERE = {"HEARTH_DATABASE_URL": "postgresql://nobody@192.0.2.1:1/nothing", "HEARTH_SECRETS_DIR": "/nowhere/at/all"}
KEYS = {"id", "outcome", "findings", "microseconds"}


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """Settings under which any look at a database would fail."""
    return {**os.environ, **NOWHERE}


def judged(content: bytes, environment: dict[str, str], *words: str) -> tuple[int, list[dict[str, Any]]]:
    done = subprocess.run(
        [*COMMAND, *words], input=content, env=environment, cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    assert done.stderr == b""
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def lines(*given: object) -> bytes:
    return "".join(json.dumps(one) + "\n" for one in given).encode()


def test_each_line_is_judged_in_order(environment: dict[str, str], tmp_path: Path) -> None:
    given = lines(
        {"id": "a", "text": QUIET}, {"id": 2, "text": PHONE, "title": "Tonight"}, {"id": "c", "text": ASKS, "kind": "story"},
        {"id": "d", "text": DANGER}, {"id": "e", "text": "Nothing.", "title": "Ring 07700 900123"},
        {"id": "f", "text": "", "other": [1, 2]}, {"text": QUIET},
    ) + b"\n  \n"  # fmt: skip
    file = tmp_path / "lines.jsonl"
    file.write_bytes(given)
    status, answers = judged(given, environment)
    assert status == 0
    assert [(a["id"], a["outcome"]) for a in answers] == [
        ("a", "publish"), (2, "revise"), ("c", "hold"), ("d", "urgent"), ("e", "revise"), ("f", "publish"), (None, "publish")
    ]  # fmt: skip
    assert all(set(a) == KEYS and isinstance(a["microseconds"], int) for a in answers)
    phone, title = answers[1]["findings"][0], answers[4]["findings"][0]
    assert PHONE[phone["start"] : phone["end"]] == "07700 900123"
    assert (title["field"], title["start"], title["end"]) == ("title", 5, 17)
    again = judged(b"", environment, str(file))
    assert (again[0], [_timeless(a) for a in again[1]]) == (0, [_timeless(a) for a in answers])


def _timeless(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "microseconds"}


def test_a_bad_line_says_so_and_the_rest_go_on(environment: dict[str, str]) -> None:
    bad = [
        b"not json", b"{", b"[]", b"null", b"7", b'{"id": 1}', b'{"id": 1, "text": 2}', b'{"id": 1, "text": null}',
        b'{"id": 1, "text": "a", "title": 7}', b'{"id": 1, "text": "half: \\ud83d"}', b'{"id": 1, "text": "\xff\xfe"}',
        b'{"id": 1, "text": "' + b"x" * 10_001 + b'"}', b'{"id": 1, "text": "a", "title": "' + b"x" * 201 + b'"}',
        b"[" * 150_000, b'{"id": 1, "text": "' + b"x" * 250_000 + b'"}', b'{"id": ' + b"9" * 5000 + b', "text": "a"}',
    ]  # fmt: skip
    good = [
        {"id": "\ud800", "text": QUIET}, {"id": "nul", "text": "a\0b " + PHONE}, {"text": PHONE}, {"id": None, "text": QUIET},
        {"id": "seven", "text": QUIET, "group": 7}, {"id": "wide", "text": "\u2028 語 🙂 \u200b 07700 900123"},
    ]  # fmt: skip
    mixed = b"".join(line + b"\n" + lines(good[n % len(good)]) for n, line in enumerate(bad))
    status, answers = judged(mixed, environment)
    assert status == 1
    assert len(answers) == 2 * len(bad)
    for told in answers[::2]:
        assert set(told) == {"id", "error"}
        assert told["id"] is None
        assert told["error"].endswith(".")
    fine = answers[1::2][: len(good)]
    assert [a["id"] for a in fine] == ["\ud800", "nul", None, None, "seven", "wide"]
    assert [a["outcome"] for a in fine] == ["publish", "revise", "revise", "publish", "publish", "revise"]
    nul = fine[1]["findings"][0]
    assert ("a\0b " + PHONE)[nul["start"] : nul["end"]] == "07700 900123"


def test_each_answer_comes_before_the_next_line_is_sent(environment: dict[str, str]) -> None:
    with subprocess.Popen(COMMAND, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        for number in range(3):
            process.stdin.write(lines({"id": number, "text": QUIET}))
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(30) == 0


def test_a_group_that_is_named_is_asked_for_its_guidelines(on_sqlite: Running) -> None:
    """The same words get the same verdict here and over the API."""
    slug, texts = opened(on_sqlite), (PHONE, ASKS, DANGER, QUIET)
    given = lines(*({"id": n, "text": text, "group": slug} for n, text in enumerate(texts)),
                  *({"id": g, "text": ASKS, "group": g} for g in ("kitchen-table", "nowhere", "")))  # fmt: skip
    done = on_sqlite.command("moderation", "check", typed=given.decode())
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, [a["outcome"] for a in answers[len(texts) :]]) == (0, ["hold"] * 3)
    member = joined(on_sqlite, slug)
    for text, said in zip(texts, answers, strict=False):
        verdict = member.api.post("/moderation/preview", json={"group": slug, "body": text}).json()
        assert (said["outcome"], said["findings"]) == (verdict["outcome"], verdict["findings"])
