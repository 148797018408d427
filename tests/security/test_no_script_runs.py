"""Words that would be scripts are words: everywhere a member's words are shown, in a real browser, with the page's policy
and without it (W-1). The strings are ours and those of public suites."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import chromium  # noqa: F401
from tests.conftest import Running, serve
from tests.security.eye import Eye, Seen
from tests.security.figures import Figures
from tests.security.shown import PLACES, Stage
from tests.security.strings import can_be_sent, few, of_suites, own

pytestmark = pytest.mark.browser
SHORT = 40


def _look(
    hearth: Running, browser: Browser, strings: list[str], told: Callable[[str, dict[str, Seen]], None]
) -> dict[str, Seen]:
    stage = Stage(hearth)
    all_seen: dict[str, Seen] = {}
    for name, place in PLACES.items():
        eyes = {
            "policy on": Eye(browser, hearth.url, policy=True),
            "policy off": Eye(browser, hearth.url, policy=False),
        }
        for answer in place(stage, strings):
            assert answer.status_code < 500
            for eye in eyes.values():
                eye.look([answer])
        seen = {f"{name}, {how}": eye.seen for how, eye in eyes.items()}
        told(name, seen)
        all_seen |= seen
        for eye in eyes.values():
            eye.close()
    return all_seen


def _faults(seen: dict[str, Seen]) -> dict[str, list[str]]:
    return {name: [*one.scripts, *one.odd, *one.asked][:5] for name, one in seen.items() if not one.is_clean}


def test_the_eye_sees_scripts_where_nobody_cleans(on_sqlite: Running, chromium: Browser) -> None:  # noqa: F811
    """The same strings on pages as they are: the eye must see them run, else it proves nothing."""
    eye = Eye(chromium, on_sqlite.url, policy=False)
    strings = [text for text in few(60) if "refresh" not in text]
    for number, text in enumerate(strings):
        eye.show(f"/raw/{number}", f"<!doctype html><title>a</title><body>{text}</body>")
    eye.close()
    assert len({one.split(":")[0] for one in eye.seen.scripts}) > len(strings) // 10
    assert len({one.split(":")[0] for one in eye.seen.odd}) > len(strings) // 4
    assert eye.seen.asked


@pytest.mark.measures("W-1")
def test_a_few_of_our_own_run_nowhere(on_sqlite: Running, chromium: Browser) -> None:  # noqa: F811
    seen = _look(on_sqlite, chromium, [text for text in few(SHORT) if can_be_sent(text)], lambda *_told: None)
    assert min(one.pages for one in seen.values()) > 0
    assert _faults(seen) == {}


@pytest.mark.security
@pytest.mark.measures("W-1")
def test_thousands_of_public_strings_run_nowhere(
    figures: Figures,
    tmp_path: Path,
    chromium: Browser,  # noqa: F811
) -> None:
    try:
        suites = of_suites(tmp_path)
    except RuntimeError as missing:
        figures.note("W-1", str(missing), held=False, of="public suites")
        raise
    kinds = {"ours": own(), **suites}
    strings = [text for text in dict.fromkeys(s for kind in kinds.values() for s in kind) if can_be_sent(text)]
    counted = ", ".join(f"{len(kind)} {name}" for name, kind in kinds.items())
    figures.note("W-1", f"{len(strings)} without twins: {counted}", of="strings")

    def told(place: str, seen: dict[str, Seen]) -> None:
        held = all(one.is_clean for one in seen.values())
        figures.note("W-1", ", ".join(f"{how.split(', ')[1]} {one}" for how, one in seen.items()), held=held, of=place)

    for hearth in serve(tmp_path, f"sqlite:///{tmp_path}/hearth.db"):
        seen = _look(hearth, chromium, strings, told)
    assert _faults(seen) == {}
    assert len(strings) > 5_000
