"""Members see what staff did in their group, and check with any SHA-256 tool that nothing of it was changed (M-5, M-6, M-9)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.groups import logbook
from app.log import acts
from app.members.models import Role
from tests.api.pages import at_a_browser
from tests.api.village import PHONE, QUIET, invitation, joined, moderator, opened, ruled
from tests.conftest import Running
from tests.people import Person, Visitor

FIELDS = {"chain", "day", "hidden", "number", "outline"}


def busy(hearth: Running) -> tuple[str, Person, list[str]]:
    """A group in which staff held, gave back, took down and ruled; a member; and what nobody there may learn."""
    slug, staff = opened(hearth), moderator(hearth)
    author, reader = joined(hearth, slug), joined(hearth, slug)
    story = author.share(slug, "Monday", QUIET)["id"]
    reply = author.reply(story, "I do not think you are trying very hard, to be honest.")["id"]
    assert reader.api.post("/flags", json={"subject": f"reply:{reply}", "reason": "unkind"}).status_code == 202
    note = {"guideline": "kindness", "note_to_author": "Try it from their side."}
    assert staff.decide(staff.case_about(f"reply:{reply}")["id"], "remove", **note).status_code == 200
    held = author.share(slug, "Tuesday", PHONE, as_is=True)["id"]
    assert staff.decide(staff.case_about(f"story:{held}")["id"], "return", **note).status_code == 200
    ruled(hearth, slug)
    return slug, reader, [story, reply, held, staff.personas["desk"], author.personas[slug]]


def test_every_act_that_is_told_has_words_and_what_nobody_listed_says_nothing() -> None:
    told = {act: logbook.act_name(act) for act in acts.WITH_REASON | acts.BY_NAME | {acts.LOOKED}}
    assert len(set(told.values())) == len(told) > 10
    assert not [act for act, words in told.items() if act == words]
    for act in ("case.level", "sealed.opened", "membership.limited", "case.return", "case.claimed", "something.new"):
        assert acts.outline(act, "imminent") == acts.LOOKED


@pytest.mark.measures("M-9")
def test_members_read_what_was_done_and_nobody_is_pointed_at(hearth: Running) -> None:
    slug, reader, secret = busy(hearth)
    group = reader.api.get(f"/groups/{slug}").json()["id"]
    page = at_a_browser(hearth, reader).open(f"/groups/{group}").follow("What staff did here")
    lines = [item.p.get_text() for item in page.page.select("main ol li") if item.p]
    looked = "Somebody looked, or decided what only its author sees"
    assert lines == ["The group’s rules were changed", looked, looked, "Words were taken down: Be kind", looked,
                     "The group was opened"]  # fmt: skip
    told = reader.api.get(f"/groups/{slug}/log", params={"limit": 2}).json()
    assert [(one["act"], one["reason"]) for one in told["items"]] == [("group.rules", "group.no-diets"), ("looked", "")]
    assert told["next"] == told["items"][-1]["number"]
    file = page.open(f"/groups/{group}/log/file").http.get(f"/groups/{group}/log/file").text
    everything = page.open(f"/groups/{group}/log").page.get_text() + reader.api.get(f"/groups/{slug}/log").text + file
    assert [word for word in secret if word in everything] == []
    assert all(json.loads(line).keys() == FIELDS for line in file.splitlines())
    assert {json.loads(line)["chain"] for line in file.splitlines()} == {group}


def test_it_is_for_those_who_joined(hearth: Running) -> None:
    slug, reader, _secret = busy(hearth)
    group = reader.api.get(f"/groups/{slug}").json()["id"]
    outside = hearth.person()
    assert outside.api.get(f"/groups/{slug}/log").status_code == 404
    visitor = at_a_browser(hearth, outside)
    for path in ("log", "log/check", "log/file"):
        assert visitor.open(f"/groups/{group}/{path}").status == 404
    assert visitor.open("/groups/6f1d0a8e5b7c4e92a3d4c81b9e07f256/log").status == 404


@pytest.mark.measures("M-5", "M-6")
def test_the_page_says_how_to_check_it_and_that_works(hearth: Running, tmp_path: Path) -> None:
    """The commands are taken from the page, as a member would, and run on the file and on changed ones."""
    slug, reader, _secret = busy(hearth)
    group = reader.api.get(f"/groups/{slug}").json()["id"]
    assert hearth.command("tick", "--night").returncode == 0
    page = at_a_browser(hearth, reader).open(f"/groups/{group}/log").follow("Check it yourself")
    in_a_shell, in_python = (code.get_text() for code in page.page.select("pre code"))
    anchored = page.page.select("main ul.lines code")[0].get_text()
    number = len(file := _file(page, group))
    assert f"entry {number}" in page.page.select("main ul.lines li")[0].get_text()
    assert _sealed(in_a_shell, in_python, tmp_path, file) == (anchored, [anchored, str(number)])
    swapped = [file[1], file[0], *file[2:]]
    older = [file[0].replace('"day":"20', '"day":"19'), *file[1:]]
    for changed in (file[:-1], file[1:], swapped, older):
        assert anchored not in _sealed(in_a_shell, in_python, tmp_path, changed)[0]
    items = reader.api.get(f"/groups/{slug}/log").json()
    assert [one["line"] for one in reversed(items["items"])] == file
    assert items["anchors"][0]["hash"] == anchored == items["items"][0]["hash"]
    own = hearth.person(invitation(hearth, Role.MODERATOR, slug))
    own.join(slug)
    staff = at_a_browser(hearth, own).open("/desk").follow("log")
    assert anchored in [code.get_text() for code in staff.page.select("main details ul code")]


def _file(page: Visitor, group: str) -> list[str]:
    answer = page.http.get(f"/groups/{group}/log/file")
    assert answer.headers["content-disposition"] == 'attachment; filename="notes-log.jsonl"'
    assert answer.headers["cache-control"] == "no-store"
    rest = page.http.get(f"/groups/{group}/log/file", params={"after": 2}).text.splitlines()
    assert rest == answer.text.splitlines()[2:]
    return answer.text.splitlines()


def _sealed(in_a_shell: str, in_python: str, folder: Path, lines: list[str]) -> tuple[str, list[str]]:
    """What the shell says last, and the last line Python says, the seal first."""
    (folder / "notes-log.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    shell = subprocess.run(["sh", "-c", in_a_shell], cwd=folder, capture_output=True, text=True, check=True)
    python = subprocess.run([sys.executable, "-c", in_python], cwd=folder, capture_output=True, text=True, check=True)
    return shell.stdout.strip(), python.stdout.split()[-1:-3:-1]
