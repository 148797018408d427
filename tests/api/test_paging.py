"""Keyset pages: nothing twice, nothing lost, also while new things arrive (CONTRACT.md, "JSON API")."""

from tests.api.village import ASKS, PHONE, QUIET, joined, moderator, opened, problem, walked
from tests.conftest import Running

COUNT = 7


def test_stories_and_replies_are_walked_whole_while_new_ones_arrive(hearth: Running) -> None:
    slug = opened(hearth)
    author, reader = joined(hearth, slug), joined(hearth, slug)
    told = [author.share(slug, f"Evening {n}", QUIET)["id"] for n in range(COUNT)]
    said = [author.reply(told[0], f"And evening {n}.")["id"] for n in range(COUNT)]
    order = [told[0], *reversed(told[1:])]
    assert [s["id"] for s in walked(reader.api, f"/groups/{slug}/stories", 2)] == order
    assert [r["id"] for r in walked(reader.api, f"/stories/{told[0]}/replies", 2)] == said
    found = list[str]()
    after = ""
    while after is not None:
        page = reader.api.get(f"/groups/{slug}/stories", params={"limit": 2, "after": after}).json()
        found += [s["id"] for s in page["items"]]
        after = page["next"]
        author.share(slug, "Another one", QUIET)
    assert found == order


def test_a_page_that_ends_exactly_has_no_next(hearth: Running) -> None:
    slug = opened(hearth)
    author = joined(hearth, slug)
    told = {author.share(slug, f"Evening {n}", QUIET)["id"] for n in range(2)}
    page = author.api.get(f"/groups/{slug}/stories", params={"limit": 2}).json()
    assert ({s["id"] for s in page["items"]}, page["next"]) == (told, None)


def test_ones_own_things_are_walked_whole(hearth: Running) -> None:
    slug, staff = opened(hearth), moderator(hearth)
    author, fellow = joined(hearth, slug), joined(hearth, slug)
    told = {author.share(slug, f"Evening {n}", QUIET)["id"] for n in range(COUNT)}
    drafts = {author.share(slug, f"Evening {n}", PHONE)["id"] for n in range(COUNT)}
    for story in told:
        fellow.reply(story, "I am glad.")
    for path, expected in (("/me/stories", told), ("/me/drafts", drafts)):
        found = [item["id"] for item in walked(author.api, path, 2)]
        assert len(found) == len(expected)
        assert set(found) == expected
    notices = walked(author.api, "/me/notices", 2)
    assert len({n["id"] for n in notices}) == len(notices) == COUNT
    waiting = {author.share(slug, f"Evening {n}", ASKS)["id"] for n in range(COUNT)}
    cases = [c for c in walked(staff.api, "/moderation/cases", 2) if c["group"] == slug]
    assert len(cases) == COUNT
    assert {c["subject"].removeprefix("story:") for c in cases} == waiting


def test_a_draft_that_is_gone_is_no_end_of_the_walk(hearth: Running) -> None:
    slug = opened(hearth)
    author = joined(hearth, slug)
    drafts = {author.share(slug, f"Evening {n}", PHONE)["id"] for n in range(4)}
    first = author.api.get("/me/drafts", params={"limit": 2}).json()
    for item in first["items"]:
        author.api.delete(f"/stories/{item['id']}")
    rest = author.api.get("/me/drafts", params={"limit": 2, "after": first["next"]}).json()
    assert {d["id"] for d in first["items"] + rest["items"]} == drafts
    assert rest["next"] is None


def test_the_queue_is_most_urgent_first_then_oldest(hearth: Running) -> None:
    staff = moderator(hearth)
    seen = walked(staff.api, "/moderation/cases", 3)
    order = [(("urgent", "report", "concern", "held").index(c["tier"]), c["opened_at"]) for c in seen]
    assert order == sorted(order)


def test_pages_have_a_size_that_can_be_asked_for(hearth: Running) -> None:
    slug = opened(hearth)
    person, staff = joined(hearth, slug), moderator(hearth)
    lists = [(person, p) for p in ("/groups", f"/groups/{slug}/stories", "/me/stories", "/me/drafts", "/me/notices")]
    lists += [(staff, "/moderation/cases"), (staff, "/moderation/log")]
    for who, path in lists:
        for limit in ("0", "-1", "51", "many", "9" * 30, ""):
            problem(who.api.get(path, params={"limit": limit}), 422, "limit")
        assert who.api.get(path, params={"limit": 1}).status_code == 200
