"""What one place may ask, on a running Hearth: it slows down, is told so kindly, and others go on (R-4, R-6, P-6)."""

import itertools
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from bs4 import BeautifulSoup

from app.foundation.web.limits import PACES, PAGES, Door
from tests.conftest import Running
from tests.people import NO_TLS, PASSPHRASE

_numbers = itertools.count(1)


def somewhere() -> str:
    """An address nobody came from before."""
    n = next(_numbers)
    return f"198.18.{n // 250}.{n % 250}"


def client(hearth: Running, address: str) -> httpx.Client:
    return httpx.Client(base_url=hearth.url, timeout=60, headers={"X-Forwarded-For": address}, verify=NO_TLS)


def signed_up(hearth: Running) -> tuple[str, str]:
    """A sign-in name and a token."""
    with client(hearth, somewhere()) as new:
        place = new.post("/api/v1/accounts", json={"passphrase": PASSPHRASE})
        assert place.status_code == 201, place.text
        return place.json()["sign_in_name"], place.json()["token"]


def test_sign_up_waits_where_many_came_from_and_loses_nothing(strict: Running) -> None:
    address = somewhere()
    with client(strict, address) as crowd:
        answers = [
            crowd.post("/api/v1/accounts", json={"passphrase": PASSPHRASE})
            for _n in range(PACES[Door.SIGN_UP].at_once + 3)
        ]
        assert [a.status_code for a in answers] == [201] * PACES[Door.SIGN_UP].at_once + [429] * 3
        assert 0 < int(answers[-1].headers["retry-after"]) <= 60
        assert answers[-1].headers["content-type"] == "application/problem+json"
        page = BeautifulSoup(crowd.get("/sign-up").text, "html.parser")
        ticket = str(page.find("input", attrs={"name": "ticket"})["value"])  # type: ignore[index]
        form = {"ticket": ticket, "which": "own", "passphrase": PASSPHRASE, "adult": "yes"}
        waiting = crowd.post("/sign-up", data=form)
        assert waiting.status_code == 200
        assert "Your place is kept" in waiting.text
        assert PASSPHRASE in waiting.text
    with client(strict, somewhere()) as elsewhere:
        assert elsewhere.post("/sign-up", data=form).status_code == 200
    with client(strict, address) as same:
        assert same.get("/groups").status_code == 200


@pytest.mark.measures("R-4")
def test_two_hundred_people_behind_one_address_all_come_in(strict: Running) -> None:
    name, _token = zip(*[signed_up(strict) for _n in range(20)], strict=True)
    shared = somewhere()

    def comes_in(number: int) -> tuple[int, float]:
        answer = one.post("/api/v1/sessions", json={"sign_in_name": name[number % 20], "passphrase": PASSPHRASE})
        return answer.status_code, answer.elapsed.total_seconds()

    with client(strict, shared) as one, ThreadPoolExecutor(16) as crowd:
        came = list(crowd.map(comes_in, range(200)))
    assert {status for status, _took in came} == {201}
    assert sorted(took for _status, took in came)[190] < 3


def test_what_is_sent_behind_an_unnamed_proxy_is_not_believed(on_sqlite: Running) -> None:
    """Without HEARTH_TRUSTED_PROXIES the header is air: uvicorn does not even look at it."""
    answer = httpx.get(
        f"{on_sqlite.url}/groups",
        headers={"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"},
        verify=NO_TLS,
    )
    assert answer.status_code == 200
    assert "strict-transport-security" not in answer.headers


@pytest.mark.measures("P-6")
def test_a_scraper_gets_no_more_than_a_reader_could_read(strict: Running) -> None:
    _name, token = signed_up(strict)
    _other, free = signed_up(strict)
    most = PAGES.at_once + 20

    def opened(number: int) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": somewhere()}
        return one.get("/api/v1/groups" if number % 2 else "/api/v1/me", headers=headers)

    with client(strict, somewhere()) as one, ThreadPoolExecutor(8) as scraper:
        answers = list(scraper.map(opened, range(most + 40)))
    read = [a for a in answers if a.status_code == 200]
    refused = [a for a in answers if a.status_code == 429]
    assert PAGES.at_once <= len(read) <= most
    assert len(read) + len(refused) == len(answers)
    assert "They are all still here" in refused[-1].text
    assert 0 < int(refused[-1].headers["retry-after"]) <= 3600 / PAGES.an_hour
    with client(strict, somewhere()) as other:
        assert other.get("/api/v1/me", headers={"Authorization": f"Bearer {free}"}).status_code == 200
        assert other.get("/help-now").status_code == 200


@pytest.mark.measures("P-6")
def test_the_pages_read_most_count_for_each_reader_alone(strict: Running) -> None:
    _name, token = signed_up(strict)
    _other, free = signed_up(strict)
    most, missing = PAGES.at_once + 20, "/api/v1/stories/00000000000000000000000000000000/replies"
    with client(strict, somewhere()) as one, ThreadPoolExecutor(8) as scraper:
        mine = {"Authorization": f"Bearer {token}"}
        answers = list(scraper.map(lambda _n: one.get(missing, headers=mine).status_code, range(most + 40)))
        assert set(answers) == {404, 429}
        assert PAGES.at_once <= answers.count(404) <= most
        assert one.get(missing, headers={"Authorization": f"Bearer {free}"}).status_code == 404


def test_a_name_that_is_guessed_at_is_slowed_and_a_code_still_opens(strict: Running) -> None:
    with client(strict, somewhere()) as new:
        place = new.post("/api/v1/accounts", json={"passphrase": PASSPHRASE}).json()
    pair = {"sign_in_name": place["sign_in_name"], "passphrase": "not the right one at all"}
    unknown = {"sign_in_name": "nobody-has-this", "passphrase": "not the right one at all"}
    for tried in (pair, unknown):
        with client(strict, somewhere()) as guesser:
            assert [guesser.post("/api/v1/sessions", json=tried).status_code for _try in range(10)] == [401] * 10
            with pytest.raises(httpx.ReadTimeout):
                guesser.post("/api/v1/sessions", json=tried, timeout=1.5)
    code = {"recovery_code": place["recovery_codes"][0], "new_passphrase": "copper meadow hollow tunnel ribbon"}
    with client(strict, somewhere()) as owner:
        back = owner.post("/api/v1/recoveries", json=code)
    assert back.status_code == 201
    assert back.elapsed.total_seconds() < 10


@pytest.mark.measures("R-1")
def test_no_address_and_no_bucket_is_in_the_database_or_the_log(strict: Running) -> None:
    with client(strict, "203.0.113.77") as one:
        one.get("/groups")
        one.post("/api/v1/sessions", json={"sign_in_name": "some-body-else", "passphrase": "whatever it may be"})
    file = strict.environment["HEARTH_DATABASE_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as db:
        dump = "\n".join(str(row) for row in db.execute("SELECT * FROM guesses"))
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert dump
    assert not {t for t in tables if "bucket" in t or "limit_by" in t}
    for kept in (dump, strict.log.read_text()):
        assert "203.0.113" not in kept
        assert "127.0.0.1:" not in kept.replace(strict.url, "").replace("127.0.0.1:8000", "")
