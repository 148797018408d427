"""What happens when something breaks: the same page and headers for every fault, no words in the log, and a way out."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from app.foundation.logs import Plain
from app.foundation.web.headers import CSP

CANARY = "Maria Lopez, 07700 900123"


@pytest.fixture
def broken(hearth_app: FastAPI) -> Iterator[TestClient]:
    """The house with a page that breaks over somebody's words."""

    def trip() -> None:
        raise ValueError(CANARY)

    hearth_app.add_api_route("/trip", trip)
    yield TestClient(hearth_app, raise_server_exceptions=False)
    hearth_app.router.routes[:] = [r for r in hearth_app.router.routes if getattr(r, "path", "") != "/trip"]


def test_a_fault_is_a_kind_page_with_every_header(broken: TestClient) -> None:
    answer = broken.get("/trip")
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"] == CSP
    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert "Nothing you did was wrong" in answer.text
    assert CANARY not in answer.text


def test_the_log_names_a_fault_by_its_class_and_place_alone() -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Plain())
    log = logging.getLogger("tests.faults")
    log.propagate = False
    log.addHandler(handler)
    try:
        raise ValueError(CANARY)
    except ValueError:
        log.exception("broke over %s", CANARY)
    line = json.loads(written.getvalue())
    assert line["class"] == "ValueError"
    assert line["at"].startswith(__name__)
    assert "Lopez" not in written.getvalue()


def test_the_way_out_needs_no_database(hearth_app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OperationalError("connect", {}, Exception("gone"))

    monkeypatch.setattr(hearth_app.state.house.database, "writing", gone)
    client = TestClient(hearth_app, cookies={"hearth": f"{'a' * 32}.{'b' * 64}"}, follow_redirects=False)
    answer = client.post("/leave")
    assert answer.status_code == 303
    assert answer.headers["clear-site-data"] == '"cookies", "storage"'
    assert "max-age=0" in answer.headers["set-cookie"].lower()
