"""What Hearth is compared with: an answer that costs nothing to make, and the same pages from raw sqlite3 and Jinja.

Started by uvicorn with its factory option; `BENCH_PAGES` is the folder with what to answer.
"""

import json
import os
import secrets
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bleach
from jinja2 import Environment, FileSystemLoader
from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

TEMPLATES = Path(__file__).parent / "templates"
STORY = """
SELECT v.title, v.html, m.persona, s.created_hour, s.reply_count, s.group_id FROM stories s
JOIN story_versions v ON v.story_id = s.id AND v.is_shown JOIN memberships m ON m.id = s.membership_id WHERE s.id = ?
"""
REPLIES = """
SELECT r.id, m.persona, v.html, r.created_hour FROM replies r JOIN reply_versions v ON v.reply_id = r.id AND v.is_shown
JOIN memberships m ON m.id = r.membership_id WHERE r.story_id = ? AND r.number > 0 ORDER BY r.number LIMIT 51
"""
SUPPORT = "SELECT subject_id, kind, count(*) FROM supports WHERE story_id = ? GROUP BY subject_id, kind"
STORIES = """
SELECT s.id, v.title, m.persona, s.created_hour, s.reply_count FROM stories s
JOIN story_versions v ON v.story_id = s.id AND v.is_shown JOIN memberships m ON m.id = s.membership_id
WHERE s.group_id = ? AND s.activity IS NOT NULL ORDER BY s.activity DESC LIMIT 21
"""
TAGS = {"p", "em", "strong", "ul", "ol", "li", "blockquote", "code", "a", "br"}
KINDS = (
    ("with-you", "With you"), ("relate", "I relate"), ("thank-you", "Thank you"), ("proud-of-you", "Proud of you"),
    ("hope", "Hope"),
)  # fmt: skip


def floor() -> ASGIApp:
    """The bytes of `BENCH_PAGES/answer`, whatever is asked: what the server itself costs."""
    body = (Path(os.environ["BENCH_PAGES"]) / "answer").read_bytes()
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    return app


def plain() -> Starlette:
    """A story page and a group page without sign-in, judging, visibility or anything else: Starlette, sqlite3, Jinja."""
    database = sqlite3.connect(os.environ["BENCH_DATABASE"], check_same_thread=False)
    pages = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, auto_reload=False)
    draw_story, draw_group = pages.get_template("story.html").render, pages.get_template("group.html").render

    around = _around("story"), _around("group")

    def story(request: Request) -> HTMLResponse:
        story_id = request.path_params["id"]
        head = database.execute(STORY, (story_id,)).fetchone()
        replies = database.execute(REPLIES, (story_id,)).fetchall()
        counts: dict[str, dict[str, int]] = {}
        for subject, kind, count in database.execute(SUPPORT, (story_id,)):
            counts.setdefault(subject, {})[kind] = count
        shown = {"id": story_id, "story": head, "replies": replies[:50], "counts": counts, "kinds": KINDS}
        return HTMLResponse(draw_story(**around[0], **shown))

    def group(request: Request) -> HTMLResponse:
        stories = database.execute(STORIES, (request.path_params["id"],)).fetchall()
        return HTMLResponse(draw_group(**around[1], stories=stories[:20]))

    return Starlette(
        routes=[_route("/stories/{id}", story), _route("/groups/{id}", group), *_writing(), Route("/up", _up)]
    )


def _writing() -> list[Route]:
    """One durable insert, with Markdown and bleach before it."""
    database = sqlite3.connect(
        Path(os.environ["BENCH_PAGES"]) / "plain.db", check_same_thread=False, isolation_level=None
    )
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        database.execute(f"PRAGMA {pragma}")
    database.execute(
        "CREATE TABLE IF NOT EXISTS replies (id TEXT PRIMARY KEY, story_id TEXT, body TEXT, html TEXT) WITHOUT ROWID"
    )
    markdown = MarkdownIt("commonmark", {"html": False})

    def reply(request: Request, body: bytes) -> JSONResponse:
        text, reply_id = json.loads(body)["body"], secrets.token_hex(16)
        html = bleach.clean(markdown.render(text), tags=TAGS, attributes={"a": ["href"]}, strip=True)
        database.execute("INSERT INTO replies VALUES (?, ?, ?, ?)", (reply_id, request.path_params["id"], text, html))
        return JSONResponse({"id": reply_id, "html": html}, 201)

    async def answer(request: Request) -> JSONResponse:
        return reply(request, await request.body())

    return [Route("/stories/{id}/replies", answer, methods=["POST"])]


async def _up(_request: Request) -> HTMLResponse:
    return HTMLResponse("")


def _around(page: str) -> dict[str, Markup]:
    """What stands before and after the changing part, as Hearth drew it: the same bytes."""
    folder = Path(os.environ["BENCH_PAGES"])
    return {part: Markup((folder / f"{page}-{part}").read_text()) for part in ("before", "after")}  # noqa: S704


def _route(path: str, draw: Callable[[Request], Any]) -> Route:
    async def answer(request: Request) -> Any:
        return draw(request)

    return Route(path, answer)
