"""Turn what was typed into HTML that is safe to show. The one file that touches bleach."""

import html as entities
import re
import threading
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING, Final

from app.moderation.verdict import SafeHtml

if TYPE_CHECKING:
    from bleach import Cleaner

LONGEST_TEXT: Final = 10_000
"""Code points. Longer words are shown as plain paragraphs, never parsed as Markdown."""
LONGEST_RUN: Final = 12
"""As many marks of one sort in a row still mean something; a longer run is shown as typed."""
MOST_BRACKETS: Final = 400
"""Opening brackets in one text; with more of them, none makes a link (each unclosed one is searched for again)."""
DEEPEST_NESTING: Final = 20
"""Levels of lists and quotes. Deeper words are shown as plain paragraphs: markdown-it would drop them."""

TAGS: Final = frozenset(
    {"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "small", "strong", "ul"},
)
LINK_REL: Final = "nofollow noopener noreferrer"
WEB_LINK: Final = re.compile(
    r"https?://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?(?:[/?#][^\s<>\"\\`]{0,2000})?",
    re.IGNORECASE,
)
LIST_START: Final = re.compile(r"[0-9]{1,9}")

_RUNS = re.compile(rf"([\[\]<>*_`!~(\\])\1{{{LONGEST_RUN},}}")
_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0e\U000e0000-\U000e0fff"
_FORMATS = (
    "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
UNSEEN: Final = re.compile(f"[{_FILLERS}{_FORMATS}]")
"""Characters an eye cannot see, which could reorder words, hide them, or mark a copy of them."""
_EMOJI_STYLE = re.compile("\ufe0f(?!\u20e3)")
_BLOCK_ENDS = re.compile(r"</(?:p|li|blockquote|ol|ul)>|<br>|<hr>")
_HOST_NOTES = re.compile(r" <small>[^<>]*</small>")
_LINE_ENDS = re.compile(r"(?<!\s)\s*\n\s*")
_ANY_TAG = re.compile(r"<[^<>]*>")
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
_WORDS = r"(?:[^<>&\x00-\x08\x0b-\x1f]|&(?:amp|lt|gt|quot);)++"
_PLAIN_PARAGRAPHS = re.compile(rf"(?:<p>(?:{_WORDS}|<br>|<em>{_WORDS}</em>|<strong>{_WORDS}</strong>)++</p>\n)++")


def clean(text: str) -> SafeHtml:
    """Words with Markdown as HTML that may be shown as it is.

    Raw HTML is shown as typed, never obeyed. Nothing typed is dropped: what cannot be rendered
    is shown as plain paragraphs. Takes well under 0.6 s for any 10,000 code points.
    """
    seen = _tidy(text)
    rendered = _render(seen) if len(seen) <= LONGEST_TEXT else None
    return SafeHtml(_only_allowed(_paragraphs(seen) if rendered is None else rendered))


def plain(text: str) -> SafeHtml:
    """A one-line text (a title, a persona name, a note) as HTML: escaped, without any markup."""
    return SafeHtml(entities.escape(line(text), quote=True))


def line(text: str) -> str:
    """A text as one line with nothing in it that an eye cannot see. Not HTML."""
    return " ".join(_tidy(text).split())


def visible(html: SafeHtml) -> str:
    """What an eye reads of cleaned words. Ends of blocks and line breaks are newlines, other gaps are spaces."""
    words = _HOST_NOTES.sub("", html.replace("\n", " "))
    return _LINE_ENDS.sub("\n", entities.unescape(_ANY_TAG.sub("", _BLOCK_ENDS.sub("\n", words)))).strip()


def is_web_link(address: str) -> bool:
    """Whether an address is absolute, http or https, and names a host and nobody's credentials."""
    return WEB_LINK.fullmatch(address) is not None and "@" not in authority(address)


def authority(address: str) -> str:
    return re.split(r"[/?#]", address.split("://", 1)[-1], maxsplit=1)[0]


def _tidy(text: str) -> str:
    text = _SURROGATES.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _without_unseen(_CONTROLS.sub("", text))


def _without_unseen(text: str) -> str:
    if text.isascii():
        return text
    text = UNSEEN.sub("", text)
    return _EMOJI_STYLE.sub(_keep_on_symbols, text)


def _keep_on_symbols(style: re.Match[str]) -> str:
    """A heart is red only with its style mark; on a letter the same mark is an invisible watermark."""
    before = style.string[style.start() - 1 : style.start()]
    return style[0] if before and unicodedata.category(before) in {"So", "Sm", "Po"} and not before.isascii() else ""


def _render(text: str) -> str | None:
    """HTML of the Markdown, or None if it is nested too deep to be shown without loss."""
    if text.count("[") > MOST_BRACKETS:
        text = text.replace("[", "&#91;")
    from app.moderation.markdown import rendered  # noqa: PLC0415  (1 MiB, and nobody who only reads needs it)

    return rendered(_RUNS.sub(_escaped, text))


def _escaped(run: re.Match[str]) -> str:
    return "".join("\\" + mark for mark in run[0])


def _paragraphs(text: str) -> str:
    blocks = (entities.escape(block.strip("\n")) for block in _BLANK_LINES.split(text) if block.strip())
    return "".join(f"<p>{block}</p>\n".replace("\n", "<br>\n", block.count("\n")) for block in blocks)


def _allowed_attribute(tag: str, name: str, value: str) -> bool:
    if tag == "a":
        return is_web_link(value) if name == "href" else (name == "rel" and value == LINK_REL)
    return tag == "ol" and name == "start" and LIST_START.fullmatch(value) is not None


class _Hands(threading.local):
    """A cleaner keeps state while it works, so every thread has its own, from the first words it is given."""

    @cached_property
    def cleaner(self) -> "Cleaner":
        from bleach import Cleaner  # noqa: PLC0415  (3 MiB, and nobody who only reads needs them)

        return Cleaner(tags=TAGS, attributes=_allowed_attribute, protocols={"http", "https"})


_HANDS: Final = _Hands()


def _only_allowed(html: str) -> str:
    """What bleach leaves of it. Plain paragraphs, as most replies are, have nothing that it could take: it would give them back
    as they are, and is not asked (docs/decisions/0014-the-fast-lane.md)."""
    return _without_unseen(html if _PLAIN_PARAGRAPHS.fullmatch(html) else _HANDS.cleaner.clean(html))
