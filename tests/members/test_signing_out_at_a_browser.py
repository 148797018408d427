"""After signing out a browser holds nothing of a place (docs/mutants.md)."""

from tests.conftest import Running


def test_the_cookie_is_gone_from_the_browser(hearth: Running) -> None:
    visitor = hearth.visitor().sign_up()
    (held,) = visitor.http.cookies.jar
    assert (held.name, held.path) == ("hearth", "/")
    visitor.open("/mine").press("Sign out")
    assert list(visitor.http.cookies.jar) == []
