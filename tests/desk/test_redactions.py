"""Which words a decision takes out."""

import pytest

from app.desk.rules import missing, spans
from app.foundation.errors import Unfit
from app.moderation.models import Finding
from app.moderation.verdict import Field
from app.stories.redacting import TAKEN_OUT, Span, without

BODY = "Maria said it. I told Maria to rest. 🙂 Maria left."


def found(field: Field, start: int, end: int) -> Finding:
    return Finding(field=field, start=start, end=end)


def test_findings_are_taken_out_by_their_number() -> None:
    findings = [found(Field.TITLE, 0, 4), found(Field.BODY, 0, 5), found(Field.BODY, 22, 27)]
    assert spans(findings, [1, 3], "", "Long", BODY) == [Span(Field.TITLE, 0, 4), Span(Field.BODY, 22, 27)]


def test_a_number_that_is_no_finding_takes_nothing_out() -> None:
    assert spans([found(Field.BODY, 0, 5)], [0, 2, -1], "", "", BODY) == []


def test_other_words_are_taken_out_wherever_they_stand() -> None:
    places = spans([], [], "Maria\n\n to rest \n", "For Maria", BODY)
    assert places[0] == Span(Field.TITLE, 4, 9)
    assert [(p.start, p.end) for p in places if p.field is Field.BODY] == [(0, 5), (22, 27), (39, 44), (28, 35)]
    left = without(BODY, [p for p in places if p.field is Field.BODY])
    assert left == f"{TAKEN_OUT} said it. I told {TAKEN_OUT} {TAKEN_OUT}. 🙂 {TAKEN_OUT} left."


def test_words_that_stand_nowhere_are_named() -> None:
    assert missing("Maria\nmaria", "", BODY) == "maria"
    assert missing("Maria\n\n", "", BODY) == ""
    assert missing("Hello", "Hello you", BODY) == ""


def test_overlapping_places_leave_nothing_behind() -> None:
    assert without("abcdefgh", [Span(Field.BODY, 1, 5), Span(Field.BODY, 2, 3), Span(Field.BODY, 4, 7)]) == (
        f"a{TAKEN_OUT}h"
    )


@pytest.mark.parametrize(("start", "end"), [(3, 3), (4, 2), (0, 9), (9, 10)])
def test_a_place_outside_of_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(Unfit) as refused:
        without("abcdefgh", [Span(Field.BODY, start, end)])
    assert "redactions" in refused.value.errors
