"""The one cookie: a session's token, for this visit or kept on a device of one's own (I-8)."""

from fastapi import Request
from fastapi.responses import Response

from app.foundation.web.transaction import House, house

COOKIE = "hearth"
SECURE_COOKIE = "__Host-hearth"
DAY_SECONDS = 86_400


def cookie_name(home: House) -> str:
    return SECURE_COOKIE if home.settings.is_https else COOKIE


async def cookie(request: Request) -> str:
    return request.cookies.get(cookie_name(house(request)), "")


def with_cookie(answer: Response, home: House, token: str, *, own_device: bool) -> Response:
    """Give a session to the browser: for this visit, or kept on a device of one's own (I-8)."""
    age = home.settings.own_days * DAY_SECONDS if own_device else None
    answer.set_cookie(
        cookie_name(home), token, max_age=age, path="/", secure=home.settings.is_https, httponly=True, samesite="lax"
    )
    return answer


def without_cookie(answer: Response, home: House) -> Response:
    answer.delete_cookie(cookie_name(home), path="/", secure=home.settings.is_https, httponly=True, samesite="lax")
    answer.headers["clear-site-data"] = '"cookies", "storage"'
    return answer
