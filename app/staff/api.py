"""Doors for programs with a role: what wakes it, laying it down, and changes that two administrators make."""

from http import HTTPStatus

from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from app.foundation.errors import Unfit
from app.foundation.language import gettext as _
from app.foundation.web.doors import Doors
from app.foundation.web.problems import problem
from app.foundation.web.transaction import Db, HouseDep
from app.groups.models import Group
from app.members.deps import ApiMember
from app.members.member import Member
from app.members.models import Membership
from app.members.once import OnceDep
from app.staff import actions, appointing, queries, showing, taking
from app.staff.deps import ApiAdministrator, role_in
from app.staff.factor import Tried
from app.staff.forms import (
    Confirmation,
    FactorMade,
    FactorTaken,
    FactorWanted,
    LaidDown,
    Offered,
    ProposalCall,
    ProposalShown,
    ProposalsShown,
    RoleShown,
    RolesShown,
    Woken,
)
from app.staff.models import ProposalKind, RoleProposal

router = Doors()


@router.get("/staff", summary="One's roles, and which of them are awake")
def my_roles(db: Db, member: ApiMember) -> RolesShown:
    return RolesShown(
        items=[
            RoleShown(
                group=r["group"], persona=r["persona"], roles=[value for value, _name in r["roles"]],
                has_factor=r["factor"] is not None, awake=r["is_awake"],
                awake_until=r["awake_until"].isoformat() if r["awake_until"] else "",
            )
            for r in showing.own_roles(db, member)
        ]
    )  # fmt: skip


@router.post("/staff/confirmation", response_model=Woken, summary="Wake a role with a code; the token is exchanged")
def confirm(db: Db, member: ApiMember, form: Confirmation) -> Response:
    staff = role_in(db, member, form.group)
    tried, token = actions.confirm(db, member, staff, form.code)
    if tried is Tried.RIGHT:
        return JSONResponse({"token": token, "awake_until": _until(member, staff)})
    # Not raised: a code that was wrong counts, so what was written stays written.
    sentence = showing.why_not(tried)
    return problem(Unfit.status, _(Unfit.title), sentence, {"code": sentence})


def _until(member: Member, staff: Membership) -> str:
    until = member.powers.until(staff.id)
    return until.isoformat() if until else ""


@router.post("/staff/factor", summary="A key for an app; nothing is stored until its code comes back")
def offer(db: Db, member: ApiMember, form: FactorWanted) -> Offered:
    staff = role_in(db, member, form.group)
    if queries.factor(db, staff.id):
        actions.must_be_fresh(member, staff)
    made = actions.offer(member, staff)
    return Offered(secret=made.secret, address=made.address, offer=made.sealed)


@router.put("/staff/factor", summary="Take the key with its first code; spare codes are shown once")
def enrol(db: Db, member: ApiMember, form: FactorTaken) -> FactorMade:
    staff = role_in(db, member, form.group)
    codes, token = actions.enrol(db, member, staff, form.offer, form.code)
    return FactorMade(spare_codes=codes, token=token, awake_until=_until(member, staff))


@router.post("/staff/laid-down", status_code=HTTPStatus.NO_CONTENT, summary="Lay one's own role down")
def lay_down(db: Db, member: ApiMember, form: LaidDown, once: OnceDep) -> Response:
    taking.lay_down(db, member, role_in(db, member, form.group), form.role)
    return once.done()


@router.get("/staff/proposals", summary="What waits for a second administrator")
def list_proposals(db: Db, member: ApiMember, admin: ApiAdministrator) -> ProposalsShown:  # noqa: ARG001
    return ProposalsShown(items=[_shown(one) for one in showing.proposals(db, member)])


@router.post(
    "/staff/proposals", status_code=HTTPStatus.CREATED, response_model=ProposalShown,
    summary="Ask for a change of somebody's roles: 202 until a second administrator agrees, 201 where there is none",
)  # fmt: skip
def propose(db: Db, member: ApiMember, admin: ApiAdministrator, form: ProposalCall, once: OnceDep) -> JSONResponse:  # noqa: ARG001
    asked = appointing.propose(db, member, ProposalKind(form.kind), _group(db, form.group), form.persona, form.role)
    status = HTTPStatus.CREATED if asked.is_done else HTTPStatus.ACCEPTED
    return once.answered(status, _told(db, member, asked.proposal, is_done=asked.is_done))


@router.post(
    "/staff/proposals/{proposal_id}/agreement", response_model=ProposalShown, summary="Agree: it holds at once"
)
def agree(
    db: Db, home: HouseDep, member: ApiMember, admin: ApiAdministrator, proposal_id: str, once: OnceDep  # noqa: ARG001
) -> JSONResponse:  # fmt: skip
    done = appointing.agree(db, member, proposal_id, home.settings.invitation_days)
    return once.answered(HTTPStatus.OK, _told(db, member, done, is_done=True))


@router.delete("/staff/proposals/{proposal_id}", status_code=HTTPStatus.NO_CONTENT, summary="Take back, or say no")
def drop(db: Db, member: ApiMember, admin: ApiAdministrator, proposal_id: str, once: OnceDep) -> Response:  # noqa: ARG001
    appointing.drop(db, member, proposal_id)
    return once.done()


def _group(db: Session, slug: str) -> Group:
    found = queries.group_called(db, slug)
    if found is None:
        raise Unfit(_("Something needs another look."), {"group": _("There is no group with this short name.")})
    return found


def _told(db: Session, member: Member, asked: RoleProposal, *, is_done: bool) -> dict[str, object]:
    shown = _shown(showing.shown(db, member, [asked])[0])
    return shown.model_copy(update={"done": is_done}).model_dump()


def _shown(told: dict[str, object]) -> ProposalShown:
    named = {name: told[name] for name in ("id", "kind", "group", "persona", "role", "by")}
    return ProposalShown.model_validate({**named, "until": str(told["until"]), "done": False})
