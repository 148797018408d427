"""How the stage is set (`stage.py`): over the API and the pages, by those who would do it, with a few helpers behind them."""

import re
from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import select

from app.appeals.models import OutsideNotice
from app.care.models import Debrief, Duty
from app.foundation.sealing import digest
from app.foundation.times import today
from app.foundation.web import outward
from app.groups.models import Group
from app.members.member import DESK
from app.members.models import Membership, Role
from tests.api.village import ASKS, DANGER, PHONE, QUIET, invitation, opened, ruled
from tests.conftest import Running
from tests.door import staging_desk
from tests.door.cast import Cast, token_of
from tests.door.stage import WHO, Stage
from tests.mine.going import depart
from tests.people import PASSPHRASE


def staged(url: str, app: FastAPI, folder: Path) -> Stage:
    """Everything that doors lead to, once."""
    environment = {
        "HEARTH_DATABASE_URL": f"sqlite:///{folder}/hearth.db",
        "HEARTH_SECRETS_DIR": str(folder / "secrets"),
    }
    cast, stage = Cast(Running(url, environment, "", folder)), Stage(url, app)
    stage.tokens = {who: token_of(one) for who, one in zip(WHO[1:], cast.nine, strict=True)}
    for set_up in (_names, _words, _of_the_limited, *staging_desk.ALL, _own, _elsewhere, _gone):
        set_up(stage, cast)
    return stage


def _names(stage: Stage, cast: Cast) -> None:
    ruled(cast.hearth, cast.slug)
    with cast.hearth.database.reading() as db:
        groups = {group.slug: group.id for group in db.scalars(select(Group))}
        seats = {
            name: db.scalars(
                select(Membership.id).where(Membership.group_id == group, Membership.persona == persona)
            ).one()
            for name, group, persona in (
                ("membership", groups[cast.slug], cast.moderator.personas[cast.slug]),
                ("colleague", DESK, cast.colleague.personas["desk"]),
            )
        }
    stage.things |= {
        "desk": DESK, "slug": cast.slug, "group": groups[cast.slug], "other_slug": cast.other,
        "other": groups[cast.other], "persona": cast.author.personas[cast.slug], "peer": cast.peer.personas[cast.slug],
        **seats, "passphrase": PASSPHRASE,
        "name": cast.author.sign_in_name, "recovery": cast.author.recovery_codes[0],
        "invitation": invitation(cast.hearth, Role.MEMBER, cast.other), "own_rule": "group.no-diets",
        "tomorrow": (today() + timedelta(days=1)).isoformat(),
        "session": digest(token_of(cast.author).split(".")[0]),
    }  # fmt: skip


def _words(stage: Stage, cast: Cast) -> None:
    """What the author wrote, as it can stand: out, held, of danger, a draft."""
    author, slug = cast.author, cast.slug
    told = cast.peer.share(slug, "A thread", QUIET)["id"]
    story = author.share(slug, "An evening at home", QUIET)["id"]
    cast.peer.reply(story, "I hear you.")
    stage.things |= {
        "told": told, "story": story,
        "reply": author.reply(told, "So it was here.")["id"],
        "held": author.share(slug, "Tonight", ASKS)["id"],
        "held_reply": author.reply(told, ASKS)["id"],
        "danger": author.share(slug, "Late", DANGER)["id"],
        "danger_reply": author.reply(told, DANGER)["id"],
        "draft": author.share(slug, "A number", PHONE)["id"],
    }  # fmt: skip


def _of_the_limited(stage: Stage, cast: Cast) -> None:
    """What somebody wrote before they were given a pause."""
    limited, slug = cast.limited, cast.slug
    story = limited.share(slug, "Before", QUIET)["id"]
    talk = limited.api.post(f"/groups/{slug}/talks", json={"body": "May I speak of my town?"}).json()
    stage.things |= {
        "limited_story": story, "limited_talk": talk["id"],
        "limited_reply": limited.reply(stage.things["told"], "I know that too.")["id"],
        "limited_held": limited.share(slug, "Looking", ASKS)["id"],
        "limited_draft": limited.share(slug, "Another number", PHONE)["id"],
    }  # fmt: skip


def _own(stage: Stage, cast: Cast) -> None:
    """What belongs to one of them alone: cases in hand, a duty, a debrief, somebody not read, a file to take along."""
    for case in ("case", "danger_case", "talk_case", "name_case", "sealed"):
        stage.posted("moderator", f"/desk/cases/{stage.things[case]}/claim")
        stage.posted("moderator", f"/desk/cases/{stage.things[case]}/read")
    stage.posted("moderator", "/desk/duty", day=stage.things["tomorrow"], starts="9", ends="12")
    stage.posted("moderator", "/desk/care/debrief", words="It was a long one.")
    told = cast.author.api.put(f"/stories/{stage.things['told']}/muted-author")
    assert told.status_code == 204
    stage.things["muted"] = cast.author.api.get("/me/muted").json()["items"][0]["id"]
    for who in WHO[1:]:
        stage.posted(who, "/settings/export", passphrase=PASSPHRASE)
    with cast.hearth.database.reading() as db:
        stage.things |= {"duty": db.scalars(select(Duty.id)).one(), "entry": db.scalars(select(Debrief.id)).one()}


def _elsewhere(stage: Stage, cast: Cast) -> None:
    """A notice from outside, a link that leads away, a group by invitation that one of the nine joined, and an open one."""
    notice = {
        "where": "https://elsewhere.example/1",
        "reason": "selling",
        "text": "It is sold there.",
        "good_faith": "yes",
    }
    found = re.search(r"/notice/([0-9a-f]{32})", stage.posted("signed out", "/notice", **notice))
    assert found
    with cast.hearth.database.reading() as db:
        one = db.scalars(select(OutsideNotice).where(OutsideNotice.reference_hash == digest(found[1]))).one()
    stage.things |= {"reference": found[1], "notice": one.id}
    led = outward.led_through_us('<a href="https://elsewhere.example/">')
    stage.things["away"] = led.split('"')[1].removeprefix(outward.PATH)
    for kind, person in (("invited", cast.elsewhere), ("open", cast.stranger)):
        slug = opened(cast.hearth, kind)
        joining = {"guidelines_version": 1, "invitation": invitation(cast.hearth, Role.MEMBER, slug)}
        answer = person.api.put(f"/groups/{slug}/membership", json=joining)
        assert answer.status_code == 200, answer.text
        group = person.api.get(f"/groups/{slug}").json()["id"]
        stage.things |= {f"{kind}_slug": slug, kind: group, f"{kind}_story": person.share(slug, "Here", QUIET)["id"]}


def _gone(_stage: Stage, cast: Cast) -> None:
    """The last of them closed their place, and the day passed."""
    answer = cast.deleted.api.delete("/me", headers={"x-passphrase": PASSPHRASE})
    assert answer.status_code == 202, answer.text
    assert depart(cast.hearth) == 1
