"""What FastAPI cannot know of the API's own description: how refusals look, and that a token is shown."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from app.foundation.typed import JSON

PROBLEM = "application/problem+json"
TOKEN_HEADER = "authorization"  # noqa: S105
PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "A refusal (RFC 9457): `detail` is a sentence for a member, `errors` one for each field.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
_ANSWER = {"content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
REFUSALS: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "Hearth says no, and why.", **_ANSWER},
    "503": {"description": "Too much at once: `Retry-After` says when.", **_ANSWER},
}
"""For `FastAPI(responses=…)`: without them it would describe refusals of its own that nobody ever gets."""


def takes(model: type[BaseModel]) -> dict[str, Any]:
    """For a door that reads its body itself, once it knows who sent it: what FastAPI would say of that body."""
    return {"requestBody": {"required": True, "content": {JSON: {"schema": model.model_json_schema()}}}}


def complete(app: FastAPI) -> None:
    """Let the description name the shape of a refusal and the token that calls need."""
    drawn = app.openapi

    def described() -> dict[str, Any]:
        whole = drawn()
        parts = whole.setdefault("components", {})
        parts.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
        parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        for call in _calls(whole):
            _name_token(call)
        return whole

    app.openapi = described  # type: ignore[method-assign]


def _calls(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in whole["paths"].values():
        yield from path.values()


def _name_token(call: dict[str, Any]) -> None:
    """OpenAPI wants a token as a security scheme; as a parameter called Authorization it is ignored."""
    taken = call.get("parameters", [])
    left = [p for p in taken if p["name"] != TOKEN_HEADER]
    if len(left) < len(taken):
        call["parameters"], call["security"] = left, [{"token": []}]
