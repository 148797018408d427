"""A second reading of the HTML, by a parser that has nothing to do with bleach."""

import time
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.moderation import sanitise
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge
from app.moderation.verdict import SafeHtml

ALLOWED = {"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "small", "strong", "ul"}
HOSTILE = [
    "",
    "javascript:alert(1)", "javascript:123", "JaVaScRiPt:1", "java\x03script:1", "java\tscript:1", "&#106;avascript:1",
    "//evil.example", "/path", "evil.example:8000", "data:text/html,x", "vbscript:x", "https:", "https://", "https:///x",
    "https://user@evil.example", "http:\\\\evil.example", "mailto:a@b.org", "file:///x", "#top", "?a", "https://a b",
    "\u200bjavascript:1", "ftp://x.org", "blob:https://x.org", "https:x.org",
]  # fmt: skip
MARKS = st.sampled_from(
    ["<", ">", '"', "'", "`", "*", "_", "[", "](", ")", "<script>", "<a href=", "<img src=x onerror=1>", "&lt;", "&#60;",
     "\\", "\n", "\n\n", "- ", "> ", "# ", "1. ", "![", "<!--", "]]>", "javascript:1", "https://x.org", "\u202e", "\u200b",
     "\0", "\ud800", "<svg/onload=1>", " "]
)  # fmt: skip
PLAIN = st.sampled_from(
    ["a", "ä ", "*b*", "**c**", "*", "_d_", "  \n", "\n", "\n\n", "&", "&amp;", "&#12;", "&#xa0;", "&#8203;", "&shy;", '"', "'",
     "&#0;", "&#133;", "\u2028", "\x85", "&#x110000;", "&lt;b&gt;", "\\", ".", "1"]
)  # fmt: skip


class Reader(HTMLParser):
    """Everything in the HTML that stands outside of the allow-lists."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.words = ""
        self.links = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag not in ALLOWED or len(named) != len(attrs):
            self.wrong.append(tag)
        if tag == "a":
            self.links += 1
            parts = urlsplit(named.pop("href") or "")
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
                self.wrong.append(parts.geturl())
            if named.pop("rel") != "nofollow noopener noreferrer":
                self.wrong.append("rel")
        if tag == "ol":
            named.pop("start", None)
        self.wrong += list(named)

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        self.wrong.append(data)

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(decl)

    def unknown_decl(self, data: str) -> None:
        self.wrong.append(data)

    def handle_pi(self, data: str) -> None:
        self.wrong.append(data)


def letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def test_members_may_use_markdown() -> None:
    html = sanitise.clean("Hi **there**\n\n- *one*\n- two\n\n> quoted\n\n3. three")
    assert "<strong>there</strong>" in html
    assert "<li><em>one</em></li>" in html
    assert "<blockquote>" in html
    assert '<ol start="3">' in html


def test_headings_are_strong_paragraphs() -> None:
    assert sanitise.clean("# Day one\n\n### Day two") == (
        "<p><strong>Day one</strong></p>\n<p><strong>Day two</strong></p>\n"
    )


@pytest.mark.measures("W-3")
def test_link_is_marked_and_names_its_host() -> None:
    html = sanitise.clean("[good.org](https://evil.example/x?a=1&b=2)")
    assert 'href="https://evil.example/x?a=1&amp;b=2"' in html
    assert 'rel="nofollow noopener noreferrer"' in html
    assert "(evil.example)" in html
    assert "(evil.example: my words)" in sanitise.clean('[x](https://evil.example "my words")')
    assert sanitise.visible(html) == "good.org"


@pytest.mark.parametrize("address", HOSTILE)
@pytest.mark.measures("W-3")
def test_hostile_link_is_shown_and_never_made(address: str) -> None:
    for text in (f"[words]({address})", f"[words](<{address}>)", f"<{address}>", f'<a href="{address}">words</a>'):
        read = Reader(sanitise.clean(text))
        assert read.links == 0
        assert read.wrong == []
    assert not sanitise.is_web_link(address)


@pytest.mark.parametrize(
    "tag", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<b>bold</b>", "<!-- x -->"]
)
def test_html_is_shown_as_typed(tag: str) -> None:
    html = sanitise.clean(f"before {tag} after")
    assert sanitise.visible(html) == f"before {tag} after"
    assert Reader(html).wrong == []


@settings(max_examples=400, deadline=None)
@given(st.lists(MARKS | st.text(max_size=5), max_size=30).map("".join))
@pytest.mark.measures("W-2")
def test_nothing_stands_outside_the_allow_lists(text: str) -> None:
    for html in (sanitise.clean(text), sanitise.plain(text)):
        assert Reader(html).wrong == []
        assert html.encode("utf-8").decode("utf-8") == html
        assert not sanitise.UNSEEN.search(html)


@settings(max_examples=200, deadline=None)
@given(st.lists(MARKS | st.text("ab c", max_size=5), max_size=30).map("".join))
@pytest.mark.measures("W-2")
def test_cleaning_again_changes_nothing(text: str) -> None:
    html = sanitise.clean(text)
    assert sanitise._HANDS.cleaner.clean(html) == html


@settings(max_examples=400, deadline=None)
@given(st.lists(PLAIN, min_size=1, max_size=20).map("".join))
@pytest.mark.measures("W-2")
def test_what_bleach_is_not_asked_about_it_would_give_back(text: str) -> None:
    html = sanitise._render(sanitise._tidy(text)) or ""
    assume(sanitise._PLAIN_PARAGRAPHS.fullmatch(html))
    assert sanitise._HANDS.cleaner.clean(html) == html


@pytest.mark.parametrize(
    "html",
    [
        "<p><script>x</script></p>\n", "<p onclick='x'>a</p>\n", "<p>a</p>", "<p><em>a</p>\n", "<p><em>a</strong></p>\n",
        "<p>a</p>\n<img src=x>", "<p>&nbsp;</p>\n", "<p>&</p>\n", "<p>a<</p>\n", "<p>a\0</p>\n", "<a href='x'>a</a>", "a", "",
    ],
)  # fmt: skip
def test_anything_but_plain_paragraphs_is_for_bleach(html: str) -> None:
    assert not sanitise._PLAIN_PARAGRAPHS.fullmatch(html)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["a", "b ", "*", "_", "`", "> ", "- ", "\n", "\n\n", "[", "]: ", "```", "    ", "<x>"]))
)
@pytest.mark.measures("W-2")
def test_no_letter_is_lost(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert letters(sanitise.visible(sanitise.clean(text))) == letters(text)


@pytest.mark.parametrize(
    "text", ["[note]: went", "```words lost\nin a fence\n```", "> " * 30 + "deep", "- " * 40 + "deep"]
)
def test_words_that_markdown_would_swallow_are_shown(text: str) -> None:
    assert letters(sanitise.visible(sanitise.clean(text))) == letters(text)


def test_lists_nested_too_deep_are_shown() -> None:
    text = "".join("  " * depth + f"- level {depth}\n" for depth in range(60))
    assert letters(sanitise.visible(sanitise.clean(text))) == letters(text)


@pytest.mark.parametrize(
    "mark", ["\u202e", "\u2066", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u180e", "\U000e0041"]
)
def test_marks_nobody_sees_are_taken_out(mark: str) -> None:
    for html in (sanitise.clean(f"a{mark}b"), sanitise.plain(f"a{mark}b"), sanitise.clean(f"a&#{ord(mark)};b")):
        assert "ab" in html


def test_a_style_mark_stays_on_a_symbol_alone() -> None:
    assert sanitise.plain("\u2764\ufe0f 1\ufe0f\u20e3 a\ufe0f") == "\u2764\ufe0f 1\ufe0f\u20e3 a"


def test_plain_text_has_no_markup() -> None:
    assert sanitise.plain("**Tom** & <b>'x'\n two") == "**Tom** &amp; &lt;b&gt;&#x27;x&#x27; two"


def test_visible_puts_a_newline_at_the_end_of_a_block() -> None:
    assert sanitise.visible(sanitise.clean("one\ntwo\n\nthree &amp; *four*\n\n- five")) == "one two\nthree & four\nfive"


def test_longer_words_than_allowed_are_shown_as_paragraphs() -> None:
    text = "**word**\n\n" * 2000
    html = sanitise.clean(text)
    assert "<strong>" not in html
    assert letters(sanitise.visible(html)) == letters(text)


@pytest.mark.parametrize(
    "piece",
    ["![[", "[", "![](", "*a_", "**a ", "<", "<a", "> ", "- ", "`a", "[a](", "![]()", "[](http://a.b)", "\\", "&#64;", "\n> ",
     "1. ", "__", "((((", "a](http://", "<http://a.b>", "\u202e", "\u0430\u200b", "I am ", "0 ", "a@", "a.", "Ab "],
)  # fmt: skip
def test_hostile_markup_is_judged_in_time(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    started = time.perf_counter()
    verdict = judge(Guidelines(), text)
    assert time.perf_counter() - started < 2
    assert Reader(verdict.html).wrong == []


def test_fifty_thousand_characters_of_brackets() -> None:
    started = time.perf_counter()
    html = sanitise.clean("![[" * 17_000)
    assert time.perf_counter() - started < 2
    assert sanitise.visible(SafeHtml(html)) == "![[" * 17_000
