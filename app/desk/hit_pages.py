"""The door by which something a rule found is judged with one press, wherever it is shown at the desk."""

from http import HTTPStatus

from fastapi.responses import RedirectResponse, Response

from app.desk import queries
from app.desk.deps import CaseAt
from app.foundation.web.doors import Doors
from app.foundation.web.transaction import Db, HouseDep
from app.lab import marking
from app.lab.models import Said
from app.members.deps import must_be_found
from app.moderation.models import Finding

router = Doors()


@router.post("/desk/cases/{case_id}/findings/{number}/{said}")
def judge_finding(db: Db, home: HouseDep, case: CaseAt, number: int, said: Said) -> Response:
    findings = queries.seen(db, [case])[0].findings
    found: Finding = must_be_found(findings[number - 1] if 0 < number <= len(findings) else None)
    marking.say_of_finding(db, home.keys, case, found, said)
    return RedirectResponse(f"/desk/cases/{case.id}?judged={number}#rules", HTTPStatus.SEE_OTHER)
