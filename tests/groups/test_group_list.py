"""The list of groups: one's own first, and all others can be reached however many there are."""

from app.groups import pages
from tests.api.pages import at_a_browser
from tests.api.village import opened
from tests.conftest import Running
from tests.people import Visitor


def test_every_group_is_reached_once_and_ones_own_come_first(hearth: Running) -> None:
    slugs = [opened(hearth) for _n in range(pages.PAGE + 1)]
    last = max(slugs)
    member, stranger = hearth.person(), hearth.person()
    ids = {slug: member.api.get(f"/groups/{slug}").json()["id"] for slug in slugs}
    member.join(last)

    own = _walked(at_a_browser(hearth, member).open("/groups"))
    other = _walked(at_a_browser(hearth, stranger).open("/groups"))
    assert own[0] == f"/groups/{ids[last]}"
    assert other[0] != own[0]
    for links in (own, other):
        assert len(links) == len(set(links))
        assert {f"/groups/{group}" for group in ids.values()} <= set(links)
    assert set(own) == set(other)


def test_a_visitor_turns_over_too(hearth: Running) -> None:
    for _n in range(pages.PAGE + 1):
        opened(hearth, "open")
    links = _walked(hearth.visitor().open("/groups"))
    assert len(links) == len(set(links)) > pages.PAGE


def _walked(page: Visitor) -> list[str]:
    """The groups of all pages, in order."""
    links: list[str] = []
    while True:
        links += [str(link["href"]) for link in page.page.select("ul.lines a.item")]
        if not page.page.select("a[rel=next]"):
            return links
        page.follow("Show more groups")
