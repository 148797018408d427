"""Markdown as members write it, made into HTML that `sanitise` then looks over."""

import html as entities
from collections.abc import Sequence
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from app.moderation.sanitise import DEEPEST_NESTING, LINK_REL, authority, is_web_link


class _Renderer(RendererHTML):
    """Members' headings are strong paragraphs: the page's own headings stay the only ones."""

    def heading_open(self, _t: Sequence[Token], _i: int, _o: OptionsDict, _e: EnvType) -> str:
        return "<p><strong>"

    def heading_close(self, _t: Sequence[Token], _i: int, _o: OptionsDict, _e: EnvType) -> str:
        return "</strong></p>\n"

    def link_open(self, tokens: Sequence[Token], index: int, _o: OptionsDict, _e: EnvType) -> str:
        address = str(tokens[index].attrs["href"])
        # An empty address is the one that markdown-it does not ask about; it leads nowhere, so it is shown as typed.
        return f'<a href="{entities.escape(address)}" rel="{LINK_REL}">' if is_web_link(address) else "["

    def link_close(self, tokens: Sequence[Token], index: int, _o: OptionsDict, _e: EnvType) -> str:
        """The host is written after the link, whatever the link itself says."""
        opened = tokens[max(i for i in range(index) if tokens[i].type == "link_open")]
        address, title = str(opened.attrs["href"]), entities.escape(str(opened.attrs.get("title", "")))
        if not is_web_link(address):
            return f"]({title})"
        if opened.markup == "autolink":
            return "</a>"
        host = entities.escape(authority(address))
        return f"</a> <small>({host}{': ' if title else ''}{title})</small>"


def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST_NESTING}, renderer_cls=_Renderer)
    # Each of these can swallow typed words (info strings, definitions) or load something from elsewhere.
    made.disable(["image", "reference", "fence", "code", "lheading", "html_block", "html_inline"])
    made.validateLink = is_web_link  # type: ignore[method-assign, assignment]
    return made


_MARKDOWN: Final = _markdown()


def rendered(text: str) -> str | None:
    """HTML of the Markdown, or None if it is nested too deep to be shown without loss."""
    tokens = _MARKDOWN.parse(text)
    if any(token.level >= DEEPEST_NESTING - 1 for token in tokens):
        return None
    return str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))
