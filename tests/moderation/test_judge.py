"""What the judge answers, and where it says a thing stands."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.moderation.checking import as_dict, check_line
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge, judge_line
from app.moderation.rulebook import rulebook
from app.moderation.verdict import SECOND_LOOK, SUPPORT, Field, Finding, Kind, Outcome, SafeHtml, Severity, Verdict

GUIDELINES = Guidelines(country="GB")
CRISIS = [
    (r.id, text) for r in rulebook() if r.kind is Kind.CRISIS and r.id not in SECOND_LOOK for text in r.examples_hit
]
PIECES = [
    "*", "_", "`", "```", "**", "[", "](", ")", "<", ">", "<b", "</b>", "<!--", "-->", "&", "&#64;", "&amp;", "\\", "~",
    "#", "- ", "1. ", "> ", "\n", "\n\n", " ", ".", "@", "0", "7700 900123", "jane", "gmail.com", "https://x.org/", "I ",
    "last year", "used to", "my sponsor told me", "not", "don't", "\u200b", "\u202e", "\u0430", "\uff10", "\ud800", "\0",
    "\u0301", "\u00df", "\u0130", "\ufb01", "\u1e9e", "I want to die", "pills", "me tonight", "Dave Carter", "&nbsp;",
]  # fmt: skip
MESSY = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=25).map("".join)


def places(text: str, rule: str) -> list[str]:
    return [text[f.start : f.end] for f in judge(GUIDELINES, text).findings if f.rule == rule]


@pytest.mark.parametrize(
    ("text", "rule", "place"),
    [
        ("my sponsor Dave Carter from the Leeds clinic", "confidentiality.name", "Dave Carter"),
        ("my sponsor Dave Carter from the Leeds clinic", "confidentiality.place", "Leeds clinic"),
        ("I work at Tesco in Leeds", "confidentiality.place", "Tesco in Leeds"),
        ("write to **jane@example.org** soon", "confidentiality.email", "jane@example.org"),
        ("so a<b></b>@b.org then", "confidentiality.email", "a<b></b>@b.org"),
        ("so a&#64;b.org then", "confidentiality.email", "a&#64;b.org"),
        ("so a&commat;b&period;org then", "confidentiality.email", "a&commat;b&period;org"),
        ("ring 07<em>00</em> 900123 now", "confidentiality.phone", "07<em>00</em> 900123"),
        ("ring 07**00** 900123 now", "confidentiality.phone", "07**00** 900123"),
        ("ring 07<!-- x -->700 900123 now", "confidentiality.phone", "07<!-- x -->700 900123"),
        (
            "ring \uff10\uff17\uff17\uff10\uff10 900123 now",
            "confidentiality.phone",
            "\uff10\uff17\uff17\uff10\uff10 900123",
        ),
        ("ring 0\u200b7\u200b700 900123 now", "confidentiality.phone", "0\u200b7\u200b700 900123"),
        (
            "ring 0\ufe0f\u20e37\ufe0f\u20e37\ufe0f\u20e30\ufe0f\u20e30\ufe0f\u20e3900123",
            "confidentiality.phone",
            "0\ufe0f\u20e37\ufe0f\u20e37\ufe0f\u20e30\ufe0f\u20e30\ufe0f\u20e3900123",
        ),
        ("mail j\u0430ne@ex\u0430mple.org", "confidentiality.email", "j\u0430ne@ex\u0430mple.org"),
        ("oh, I want to k**il**l myself. Yes", "crisis.intent", "I want to k**il**l myself"),
        ("oh, I want to \u043a\u0456ll mys\u0435lf", "crisis.intent", "I want to \u043a\u0456ll mys\u0435lf"),
        ("oh, I want to k i l l myself", "crisis.intent", "I want to k i l l myself"),
        ("oh, I want to k1ll mys3lf", "crisis.intent", "I want to k1ll mys3lf"),
        ("oh, I want to k[il](https://x.org)l myself", "crisis.intent", "I want to k[il](https://x.org)l myself"),
        ("zero seven seven zero zero nine double zero one two three", "confidentiality.phone", None),
    ],
)
def test_finding_stands_where_it_was_typed(text: str, rule: str, place: str | None) -> None:
    assert places(text, rule) == [text if place is None else place]


def test_first_name_is_the_suggestion_for_a_full_name() -> None:
    (found,) = judge(GUIDELINES, "my sponsor Dave Carter helps").findings
    assert (found.rule, found.suggestion) == ("confidentiality.name", "Dave")


def test_title_and_body_are_both_read() -> None:
    verdict = judge(GUIDELINES, "ring 07700 900123", title="jane@example.org")
    assert [(f.field, f.rule) for f in verdict.findings] == [
        (Field.TITLE, "confidentiality.email"),
        (Field.BODY, "confidentiality.phone"),
    ]


def test_one_place_is_told_once() -> None:
    assert len(judge(GUIDELINES, "**07700** 900123 and again 07700 900124").findings) == 2


def test_heaviest_finding_decides() -> None:
    def finding(severity: Severity) -> Finding:
        return Finding("a.b", 1, Kind.GUIDELINE, severity, Field.BODY, 0, 1, "", "", "")

    for number, severity in enumerate(Severity):
        found = tuple(finding(s) for s in list(Severity)[: number + 1])
        expected = Outcome.PUBLISH if severity is Severity.NOTE else Outcome(severity.value)
        assert Verdict(SafeHtml(""), found, ()).outcome is expected
    assert Verdict(SafeHtml(""), (), ()).outcome is Outcome.PUBLISH


@pytest.mark.parametrize(
    "text",
    [
        "I fucking did it, ninety days, one shitty morning at a time",
        "I relapsed on heroin and meth last night and I am ashamed",
        "I wanted to die last year; today I am glad I didn't",
        "I'm on methadone and four months in",
        "I'm dying for a coffee",
        "I am a worthless junkie, that is what I tell myself",
        "My sponsor Dave says easy does it. I drank 14 beers a day in 2019",
        "the wine was killing me and this heat is killing me too",
        "I smoked crack for eleven years. 365 days today",
    ],
)
def test_recovery_talk_passes_untouched(text: str) -> None:
    verdict = judge(GUIDELINES, text)
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PUBLISH


@pytest.mark.parametrize(
    ("danger", "calm"),
    [
        ("I want to kill myself", "I wanted to kill myself"),
        ("I'm going to end it all", "I'm going to end it with him"),
        ("I can't go on", "I can't go on holiday"),
        ("I don't want to live", "I don't want to die"),
        ("I just overdosed", "I overdosed in 2019"),
    ],
)
def test_a_word_can_change_everything(danger: str, calm: str) -> None:
    assert any(f.kind is Kind.CRISIS for f in judge(GUIDELINES, danger).findings)
    assert not any(f.kind is Kind.CRISIS and f.rule != SUPPORT for f in judge(GUIDELINES, calm).findings)


def test_crisis_brings_the_country_s_help_first() -> None:
    verdict = judge(GUIDELINES, "I can't go on")
    assert verdict.outcome is Outcome.PUBLISH
    assert "116 123" in [line.contact for line in verdict.help]
    assert judge(GUIDELINES, "ring 07700 900123").help == ()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CRISIS), MESSY, MESSY)
@example(("crisis.intent", "I want to k<b></b>ill myself"), "<!--", "-->")
@example(("crisis.intent", "I want to k**il**l myself"), "```", "```")
@example(("crisis.intent", "I want to kill myself"), "I used to want that, last year", "years ago")
def test_no_crisis_is_lost_among_other_paragraphs(crisis: tuple[str, str], before: str, after: str) -> None:
    rule, text = crisis
    around = f"{before}\n\n{text}\n\n{after}"[:9000]
    assert rule in {f.rule for f in judge(GUIDELINES, around).findings}


EDGES = ["", " ", "\n", "\n\n", "\t ", "&nbsp;", "* ", "- ", "> ", "\r\n"]


@pytest.mark.parametrize("after", ["", " ", "\n", "\n \n", "&nbsp;"])
@pytest.mark.parametrize("before", EDGES)
def test_what_stands_at_an_edge_is_read_as_if_nothing_stood_beside_it(before: str, after: str) -> None:
    """Many patterns begin or end with a text: a bullet, or the last newline of a form, must not hide it."""
    for rule, text in (
        ("crisis.intent", "gonna kill myself"),
        ("crisis.intent", "gonna *really* kill myself"),
        ("guideline.attack.death", "Kill yourself"),
        ("guideline.attack.death", "K1ll yourself"),
        ("guideline.attack", "you *idiot*"),
    ):
        found = {f.rule for f in judge(GUIDELINES, before + text + after).findings}
        assert rule in found, (before, text, after)


@settings(max_examples=200, deadline=None)
@given(MESSY, MESSY)
def test_same_words_same_verdict_inside_the_text(text: str, title: str) -> None:
    verdict = judge(GUIDELINES, text, title)
    assert verdict == judge(Guidelines(country="GB"), text, title)
    for found in verdict.findings:
        assert 0 <= found.start < found.end <= len(text if found.field is Field.BODY else title)
    order = [(f.field is Field.BODY, f.start, f.rule) for f in verdict.findings]
    assert order == sorted(order)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_line_can_be_judged(text: str) -> None:
    for found in judge_line(GUIDELINES, text).findings:
        assert 0 <= found.start < found.end <= len(text)


def test_checked_line() -> None:
    answer = check_line('{"id": 7, "text": "ring 07700 900123", "title": "hello", "kind": "story"}', GUIDELINES)
    assert (answer["id"], answer["outcome"]) == (7, "revise")
    assert answer["findings"][0] == {
        "rule": "confidentiality.phone",
        "kind": "confidentiality",
        "severity": "revise",
        "field": "body",
        "start": 5,
        "end": 17,
        "message": answer["findings"][0]["message"],
        "suggestion": "[phone number removed]",
        "guideline": "no-contact-details",
    }
    assert isinstance(answer["microseconds"], int)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "hello",
        "[]",
        "null",
        "{}",
        '{"text": 5}',
        '{"text": null}',
        '{"text": "\\ud800"}',
        '{"text": "a", "title": "\\udfff"}',
        '{"text": "a", "title": 5}',
        json.dumps({"text": "a" * 10_001}),
        json.dumps({"text": "a", "title": "a" * 300}),
        "[" * 100_000,
        "{" + " " * 300_000,
    ],
)
def test_bad_line_says_why(raw: str) -> None:
    answer = check_line(raw, GUIDELINES)
    assert answer["id"] is None
    assert answer["error"]
    assert set(answer) == {"id", "error"}


def test_verdict_as_json() -> None:
    told = as_dict(judge(GUIDELINES, "I can't go on"))
    assert json.loads(json.dumps(told)) == told
    assert told["outcome"] == "publish"
    assert told["findings"][0]["rule"] == "crisis.weary"
    assert set(told["help"][0]) == {"name", "contact", "url", "when"}
