"""What waits at the desk when the table of who may do what is tried, and what was decided there already."""

from app.desk.showing import mark_of
from tests.api.village import ASKS, DANGER, QUIET
from tests.door.cast import Cast, token_of
from tests.door.stage import Stage
from tests.people import Person

REMOVE = {"guideline": "kindness", "note_to_author": "Say it softer, please."}
PAUSE = {**REMOVE, "limit": {"days": 7}}


def cases(stage: Stage, cast: Cast) -> None:
    """What waits at the desk, and what the author said to it beside that."""
    desk, things = cast.colleague, stage.things
    for name, story in (("case", "held"), ("danger_case", "danger")):
        things[name] = desk.case_about(f"story:{things[story]}")["id"]
    things["danger_mark"] = mark_of(things["danger_case"])
    stage.posted("author", "/mine/wishes", helps="To be asked how I am.")
    stage.posted("author", f"/stories/{things['danger']}/wishes")
    talk = cast.author.api.post(f"/groups/{cast.slug}/talks", json={"body": "May I speak of my job?"}).json()
    wishes = [
        one.api.post(f"/groups/{cast.slug}/talks", json={"body": "Another name.", "kind": "persona"}).json()["id"]
        for one in (cast.author, cast.limited)
    ]
    waiting = desk.api.get("/moderation/cases", params={"limit": 50}).json()["items"]
    asked = {case["subject"]: case["id"] for case in waiting}
    things |= {
        "talk": talk["id"], "name_talk": wishes[0], "talk_case": asked[f"question:{talk['id']}"],
        "name_case": asked[f"persona:{wishes[1]}"], "limited_case": asked[f"question:{things['limited_talk']}"],
    }  # fmt: skip
    things["pair_case"] = cast.flagged(cast.author.share(cast.slug, "A dream", QUIET)["id"])
    stage.tokens["colleague"] = token_of(cast.colleague)
    stage.posted("colleague", f"/desk/cases/{things['pair_case']}/claim")
    stage.posted("colleague", f"/desk/cases/{things['pair_case']}/pair", whom=things["membership"])
    granted = asked[f"persona:{wishes[0]}"]
    stage.posted("colleague", f"/desk/cases/{granted}/claim")
    stage.posted("colleague", f"/desk/cases/{granted}/grant")


def decided(stage: Stage, cast: Cast) -> None:
    """What was decided already, by somebody who is none of the nine; one of the nine has a pause since."""
    for name, writer, form in (
        ("removed", cast.author, REMOVE),
        ("undone", cast.author, REMOVE),
        ("", cast.limited, PAUSE),
    ):
        story = writer.share(cast.slug, "A walk", f"{QUIET} {name}")["id"]
        decided = cast.colleague.decide(cast.flagged(story), "remove", **form)
        assert decided.status_code == 200, decided.text
        stage.things[name or "paused"] = story
    asked = cast.author.api.post(
        "/appeals", json={"subject": f"story:{stage.things['undone']}", "text": "Nobody was meant."}
    )
    stage.things |= {"appeal": asked.json()["id"], "limit": cast.limited.api.get("/me").json()["limits"][0]["id"]}


def two_needed(stage: Stage, cast: Cast) -> None:
    """What waits for a second person: asked for by a colleague, by the moderator, and about a role."""
    for name, staff in (("proposal", cast.colleague), ("own_proposal", cast.moderator)):
        story = cast.author.share(cast.slug, "Once more", f"{DANGER} {name}")["id"]
        case = staff.case_about(f"story:{story}")["id"]
        assert staff.decide(case, "remove", **REMOVE).status_code == 202
        waiting = cast.colleague.api.get("/moderation/proposals").json()["items"]
        stage.things[name] = next(one["id"] for one in waiting if one["subject"] == f"case:{case}")
    reason = {"reason": "It has been quiet."}
    assert cast.other_administrator.api.post(f"/groups/{cast.slug}/close", json=reason).status_code == 202
    waiting = cast.other_administrator.api.get("/moderation/proposals").json()["items"]
    stage.things["closing"] = next(one["id"] for one in waiting if one["subject"].startswith("group:"))
    role = {"kind": "grant", "group": cast.slug, "persona": cast.peer.personas[cast.slug], "role": "facilitator"}
    asked = cast.other_administrator.api.post("/staff/proposals", json=role)
    assert asked.status_code == 202, asked.text
    stage.things["role_proposal"] = asked.json()["id"]


def sealed(stage: Stage, cast: Cast) -> None:
    """Sealed material: that nobody asked for, that a colleague asked for, and that moderator and administrator opened."""
    for name in ("sealed", "sealed_asked", "sealed_open"):
        stage.things[name] = cast.flagged(cast.author.share(cast.slug, "A day", f"{QUIET} {name}")["id"])
    for who, what in (("colleague", "sealed_asked"), ("moderator", "sealed_open")):
        stage.posted(who, f"/desk/cases/{stage.things[what]}/sealed/ask", reason="law")
    stage.posted("administrator", f"/desk/cases/{stage.things['sealed_open']}/sealed/agree")


def of_the_moderator(stage: Stage, cast: Cast) -> None:
    """Where the moderator is in it: their own words, words they told of, what they decided, what they asked for."""
    staff, slug, things = cast.moderator, cast.slug, stage.things
    held = staff.share(slug, "Looking", f"{ASKS} And a lamp.")["id"]
    danger = staff.share(slug, "So late", f"{DANGER} And the lamp is out.")["id"]
    case = cast.colleague.case_about(f"story:{danger}")["id"]
    assert cast.colleague.decide(case, "remove", **REMOVE).status_code == 202
    waiting = cast.colleague.api.get("/moderation/proposals").json()["items"]
    things |= {
        "staff_story": held, "staff_case": cast.colleague.case_about(f"story:{held}")["id"],
        "staff_proposal": next(one["id"] for one in waiting if one["subject"] == f"case:{case}"),
        "staff_appeal": _appealed(cast, staff, cast.colleague), "decided_appeal": _appealed(cast, cast.author, staff),
    }  # fmt: skip
    told = cast.author.share(slug, "A song", f"{QUIET} I sang.")["id"]
    assert staff.api.post("/flags", json={"subject": f"story:{told}", "reason": "other"}).status_code == 202
    things |= {"told_case": cast.colleague.case_about(f"story:{told}")["id"]}
    things["sealed_own"] = cast.flagged(cast.author.share(slug, "A bell", f"{QUIET} It rang.")["id"])
    stage.posted("moderator", f"/desk/cases/{things['sealed_own']}/sealed/ask", reason="law")


def _appealed(cast: Cast, writer: Person, staff: Person) -> str:
    """What somebody asks about a decision against their words."""
    story = writer.share(cast.slug, "A walk", QUIET)["id"]
    decided = staff.decide(cast.flagged(story), "remove", **REMOVE)
    assert decided.status_code == 200, decided.text
    asked = writer.api.post("/appeals", json={"subject": f"story:{story}", "text": "Nobody was meant."})
    appeal: str = asked.json()["id"]
    return appeal


ALL = (cases, decided, two_needed, sealed, of_the_moderator)
"""In this order."""
