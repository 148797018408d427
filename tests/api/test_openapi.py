"""The API's own description: complete, true of refusals, and a source of requests that find no fault (W-16)."""

from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import (
    allow_header_conformance,
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.result import Ok

from app.members.models import Role
from tests.api.village import QUIET, invitation, joined, moderator, opened, problem, ruled
from tests.conftest import Running
from tests.people import NO_TLS, Person

METHODS = {"get", "put", "post", "delete", "patch"}
CONTRACT = {
    "/accounts/challenge": {"get"}, "/accounts": {"post"}, "/sessions": {"post"}, "/recoveries": {"post"},
    "/sessions/current": {"delete"}, "/me": {"get", "delete"}, "/me/recovery-codes": {"post"}, "/me/export": {"get"},
    "/me/stories": {"get"},
    "/me/drafts": {"get"}, "/me/saved": {"get"}, "/me/followed": {"get"}, "/me/muted": {"get"},
    "/me/notices": {"get"}, "/groups": {"get", "post"}, "/groups/{slug}": {"get", "patch"},
    "/groups/{slug}/persona-suggestions": {"get"}, "/groups/{slug}/membership": {"put", "delete"},
    "/groups/{slug}/stories": {"get", "post"}, "/stories/{story_id}": {"get", "patch", "delete"},
    "/stories/{story_id}/replies": {"get", "post"}, "/stories/{story_id}/support/{kind}": {"put", "delete"},
    "/replies/{reply_id}/support/{kind}": {"put", "delete"}, "/flags": {"post"}, "/moderation/preview": {"post"},
    "/groups/{slug}/close": {"post"}, "/groups/{slug}/reopen": {"post"}, "/groups/{slug}/rules": {"get"},
    "/groups/{slug}/rules/tended": {"get", "put"},
    "/moderation/cases": {"get"}, "/moderation/cases/{case_id}": {"get"}, "/moderation/cases/{case_id}/claim": {"post"},
    "/appeals": {"post"}, "/moderation/appeals": {"get"}, "/moderation/appeals/{appeal_id}": {"get"},
    "/moderation/appeals/{appeal_id}/answer": {"post"}, "/moderation/proposals": {"get"},
    "/moderation/proposals/{proposal_id}": {"delete"}, "/moderation/proposals/{proposal_id}/agree": {"post"},
    "/moderation/proposals/{proposal_id}/decline": {"post"},
    "/moderation/cases/next": {"post"}, "/moderation/cases/{case_id}/cover": {"put"},
    "/moderation/cases/{case_id}/talk": {"get", "post"}, "/moderation/cases/{case_id}/settle": {"post"},
    "/groups/{slug}/talks": {"post"}, "/me/talks": {"get"}, "/me/talks/{talk_id}": {"post"},
    "/stories/{story_id}/quiet": {"put", "delete"}, "/moderation/cases/{case_id}/release": {"post"},
    "/moderation/cases/{case_id}/decision": {"post"}, "/moderation/log": {"get"}, "/events": {"get"},
    "/staff": {"get"}, "/staff/confirmation": {"post"}, "/staff/factor": {"post", "put"}, "/staff/laid-down": {"post"},
    "/staff/proposals": {"get", "post"}, "/staff/proposals/{proposal_id}": {"delete"},
    "/staff/proposals/{proposal_id}/agreement": {"post"},
}  # fmt: skip
TENDED = {"", "/rules", "/rules/tended", "/close", "/reopen"}
OPEN_TO_ALL = {"/accounts/challenge", "/accounts", "/sessions", "/recoveries"}
ENDING = {"/sessions/current", "/me/recovery-codes", "/events"}
"""Calls that would end the session of the one who walks, and the one that would not end itself."""
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    allow_header_conformance,
]  # fmt: skip
MODES = st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
FINDS_NO_FAULT = settings(
    max_examples=5, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
DATABASES = ["on_sqlite", pytest.param("on_postgres", marks=pytest.mark.security)]


@pytest.fixture(scope="module")
def description(on_sqlite: Running) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{on_sqlite.url}/api/v1/openapi.json", verify=NO_TLS).json()
    return found


def test_every_call_of_the_contract_is_described(description: dict[str, Any]) -> None:
    described = {p.removeprefix("/api/v1"): set(calls) & METHODS for p, calls in description["paths"].items()}
    assert {p: described.get(p, set()) & methods for p, methods in CONTRACT.items()} == CONTRACT
    assert all(call["summary"] for calls in description["paths"].values() for call in calls.values())


def test_refusals_are_described_as_they_are(description: dict[str, Any], on_sqlite: Running) -> None:
    schemas = description["components"]["schemas"]
    assert "HTTPValidationError" not in schemas
    for path, calls in description["paths"].items():
        for method, call in calls.items():
            content = call["responses"]["4XX"]["content"]
            assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}, (
                path,
                method,
            )
            assert "422" not in call["responses"]
    with httpx.Client(base_url=f"{on_sqlite.url}/api/v1", verify=NO_TLS) as client:
        said = [
            problem(client.post("/accounts", json={}), 422, "passphrase"), problem(client.get("/me"), 401),
            problem(client.get("/nowhere"), 404), problem(client.put("/me"), 405),
        ]  # fmt: skip
    shape = schemas["Problem"]
    for refusal in said:
        assert set(shape["required"]) <= set(refusal) <= set(shape["properties"])
    assert set(said[0]) == set(shape["properties"])
    assert set(said[0]["errors"][0]) == set(shape["properties"]["errors"]["items"]["properties"])


def test_the_token_is_described_where_it_is_needed(description: dict[str, Any]) -> None:
    for path, calls in description["paths"].items():
        for call in calls.values():
            assert (call.get("security") is None) == (path.removeprefix("/api/v1") in OPEN_TO_ALL), path
            assert "authorization" not in [p["name"].lower() for p in call.get("parameters", [])]


def _known(hearth: Running, staffed: bool) -> tuple[Person, dict[str, str]]:
    """Somebody, and ids of things that are there."""
    slug = opened(hearth)
    person = moderator(hearth) if staffed else hearth.person()
    author = joined(hearth, slug)
    person.join(slug)
    story = author.share(slug, "Tonight", QUIET)["id"]
    reply = author.reply(story, "And the next day.")["id"]
    author.api.post(f"/stories/{story}/replies", json={"body": "Does anyone know where I can buy some oxy tonight?"})
    cases = moderator(hearth).api.get("/moderation/cases").json()["items"]
    return person, {"slug": slug, "story_id": story, "reply_id": reply, "case_id": cases[0]["id"]}


@pytest.mark.measures("W-16")
@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("staffed", [False, True], ids=["member", "moderator"])
def test_no_request_finds_a_fault(request: pytest.FixtureRequest, database: str, staffed: bool) -> None:
    """Half of the requests name things that are there, half are made up from the description."""
    hearth: Running = request.getfixturevalue(database)
    person, known = _known(hearth, staffed)
    schema = schemathesis.openapi.from_url(f"{hearth.url}/api/v1/openapi.json")
    headers = {"Authorization": person.api.headers["Authorization"]}
    looked = [_walk(found.ok(), known, headers) for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(looked) >= sum(map(len, CONTRACT.values())) - len(ENDING)
    assert sum(looked) > 100
    assert person.api.get("/me").status_code == 200


@pytest.mark.parametrize("database", DATABASES)
def test_no_request_of_somebody_who_looks_after_a_group_finds_a_fault(
    request: pytest.FixtureRequest, database: str
) -> None:
    hearth: Running = request.getfixturevalue(database)
    slug = opened(hearth)
    person = hearth.person(invitation(hearth, Role.FACILITATOR, slug))
    person.join(slug)
    ruled(hearth, slug)
    schema = schemathesis.openapi.from_url(f"{hearth.url}/api/v1/openapi.json")
    headers = {"Authorization": person.api.headers["Authorization"]}
    tended = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    tended = [one for one in tended if one.path.removeprefix("/api/v1/groups/{slug}") in TENDED]
    assert len(tended) == 7
    assert sum(_walk(one, {"slug": slug}, headers) for one in tended) > 20
    assert person.api.get(f"/groups/{slug}/rules/tended").status_code == 200


def _walk(operation: Any, known: dict[str, str], headers: dict[str, str]) -> int:
    calls = 0
    if operation.path.removeprefix("/api/v1") in ENDING:
        return 0

    @FINDS_NO_FAULT
    @given(case=MODES.flatmap(lambda mode: operation.as_strategy(generation_mode=mode)))
    def once(case: Case[Any]) -> None:
        nonlocal calls
        calls += 1
        if calls % 2:
            case.path_parameters = {n: known.get(n, v) for n, v in (case.path_parameters or {}).items()}
        case.call_and_validate(headers=headers, checks=CHECKS)

    once()
    return calls
