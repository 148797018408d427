"""Strings that want to be more than words: our own by the hundred, put together from their parts, and by the thousand
those of public suites, which are fetched by the name of their package and kept nowhere."""

import html
import itertools
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

SUITES = Path(__file__).with_name("suites.txt")
FETCH_SECONDS = 300
BUILT_WITH = "setuptools<70\n"
"""What html5lib's archive needs to tell its own name."""
RUN = "ran()"
TAGS = [
    "<script>{}</script>", "<img src=x onerror={}>", "<svg onload={}>", "<svg><script>{}</script></svg>",
    "<body onload={}>", "<details open ontoggle={}><summary>a</summary></details>", "<video><source onerror={}></video>",
    "<audio src=x onerror={}>", "<iframe srcdoc='<script>parent.{}</script>'></iframe>",
    "<iframe src=javascript:{}></iframe>", "<object data=javascript:{}>", "<embed src=javascript:{}>",
    "<input autofocus onfocus={}>", "<marquee onstart={}>a</marquee>", "<a href=javascript:{}>a</a>",
    "<form action=javascript:{}><button>a</button></form>", "<button formaction=javascript:{}>a</button>",
    "<math><mtext></form><form><mglyph><style></math><img src=x onerror={}>",
    "<svg><a xlink:href=javascript:{}>a</a></svg>", "<svg><animate onbegin={} attributeName=x dur=1s></svg>",
    "<link rel=stylesheet href=x onerror={}>", "<style onload={}></style>",
    "<style>@import 'http://evil.example/x'</style>", "<meta http-equiv=refresh content='0;url=javascript:{}'>",
    "<base href=javascript:{}//>", '<noscript><p title="</noscript><img src=x onerror={}>">',
    "<template><img src=x onerror={}></template>", '<svg></p><style><a id="</style><img src=x onerror={}>">',
    "<p style='background:url(javascript:{})' onmouseover={}>a</p>", "<!--><img src=x onerror={}>-->",
    "<![CDATA[<img src=x onerror={}>]]>", "<xmp><img src=x onerror={}></xmp>", "<textarea autofocus onfocus={}>",
    "<select><option><img src=x onerror={}>", "<table background=javascript:{}><td>a</table>", "<q/oncut={}>a",
    "<a\nhref\n=\n'javascript:{}'>a</a>", "<img src=x:x onerror\x0b={}>", "<<img src=x onerror={}>>",
]  # fmt: skip
AROUND = [
    "{}", "> {}", "- {}", "# {}", "[{}](https://a.example)", "[a](<{}>)", "[a](https://a.example '{}')", "![{}]({})", "`{}",
    "**{}**", '">{}', "'>{}", "</textarea>{}", "</title>{}", "</script>{}", "-->{}", "]]>{}", "<p>{}", "    {}", "a\\\n{}",
    "<{}>", "&lt;{}&gt;", '" autofocus onfocus=ran() x="{}',
]  # fmt: skip
ADDRESSES = [
    "javascript:ran()", "JaVaScRiPt:ran()", "java\tscript:ran()", "java\nscript:ran()", "\x01javascript:ran()",
    " javascript:ran()", "javascript:123", "javascript&colon;ran()", "&#106;avascript:ran()", "&#x6A;avascript:ran()",
    "javascript&#0000058ran()", "%6Aavascript:ran()", "javascript://https://a.example/%0aran()",
    "data:text/html,<script>ran()</script>", "vbscript:ran()", "data:text/html;base64,PHNjcmlwdD5yYW4oKTwvc2NyaXB0Pg==",
    "//evil.example", "\\\\evil.example", "https:javascript:ran()", "feed:javascript:ran()", "view-source:javascript:ran()",
    "blob:https://a.example/x", "\u200bjavascript:ran()", "ｊａｖａｓｃｒｉｐｔ:ran()",
    'https://a.example/"onmouseover="ran()', "https://a.example/'><img src=x onerror=ran()>",
    "https://a.example/\"><script>ran()</script>",
]  # fmt: skip
LINKS = [
    "[a]({})", "[a](<{}>)", "<{}>", "![a]({})", "[a][b]\n\n[b]: {}", "<a href='{}'>a</a>", "{}", "[a]({} 'b')",
]  # fmt: skip


def own() -> list[str]:
    """Ours, without a twin: every tag in every place, in every spelling, and every address in every kind of link."""
    tags = [tag.replace("{}", RUN) for tag in TAGS]
    placed = [around.replace("{}", tag) for tag in tags for around in AROUND]
    spelt = [spelling for tag in tags for spelling in _spellings(tag)]
    led = [link.replace("{}", address) for address in ADDRESSES for link in LINKS]
    return list(dict.fromkeys([*placed, *spelt, *led]))


def _spellings(tag: str) -> Iterator[str]:
    yield tag.upper()
    yield html.escape(tag)
    yield html.escape(html.escape(tag))
    yield "".join(f"&#{ord(letter)};" for letter in tag)
    yield tag.replace("<", "＜").replace(">", "＞")
    yield tag.replace("<", "<\x00")
    yield tag.replace("on", "o\u200bn").replace("script", "scr\u00adipt")
    yield tag.replace("<", "%3C").replace(">", "%3E")
    yield tag.replace("<", "\\u003c")
    yield tag.replace(" ", "/")
    yield tag.replace(">", "")


def few(most: int) -> list[str]:
    """So many of ours, from all of their kinds alike."""
    every = own()
    return every[:: max(1, len(every) // most)][:most]


def of_suites(folder: Path) -> dict[str, list[str]]:
    """The strings of the public suites, by their package's name. Raises RuntimeError, in words, if they cannot be had."""
    (folder / "built-with.txt").write_text(BUILT_WITH)
    told = str(folder / "built-with.txt")
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--require-hashes",
        "--no-binary",
        "html5lib,commonmark",
    ]
    fetched = subprocess.run(
        [*command, "-d", str(folder), "-r", str(SUITES)], capture_output=True, text=True, timeout=FETCH_SECONDS, check=False,
        env={**os.environ, "PIP_BUILD_CONSTRAINT": told, "PIP_CONSTRAINT": told},
    )  # fmt: skip
    if fetched.returncode:
        raise RuntimeError(
            f"The public suites could not be fetched (tests/security/suites.txt): {fetched.stderr[-500:]}"
        )
    parts = {"html5lib": _html5lib, "commonmark": _commonmark, "naughty": _naughty}
    found = {name: list(dict.fromkeys(read(next(folder.glob(f"{name}*-*"))))) for name, read in parts.items()}
    if few := [name for name, strings in found.items() if len(strings) < 100]:
        raise RuntimeError(f"These suites hold next to nothing: {few}")
    return found


def _html5lib(archive: Path) -> Iterator[str]:
    for name, text in _texts(archive):
        if name.endswith(".dat") and "tree-construction" in name:
            yield from re.findall(r"^#data\n(.*?)\n#errors$", text, re.DOTALL | re.MULTILINE)
        if name.endswith(".test") and "tokenizer" in name:
            yield from (test["input"] for test in json.loads(text).get("tests", ()))


def _commonmark(archive: Path) -> Iterator[str]:
    fence = "`" * 32
    for name, text in _texts(archive):
        if name.endswith("/spec.txt"):
            for source, made in re.findall(
                rf"^{fence} example\n(.*?)^\.\n(.*?)^{fence}$", text, re.DOTALL | re.MULTILINE
            ):
                yield from (source.replace("→", "\t"), made.replace("→", "\t"))


def _naughty(archive: Path) -> Iterator[str]:
    with zipfile.ZipFile(archive) as box:
        for name in box.namelist():
            if name.endswith("blns.json"):
                yield from (_string(one) for one in json.loads(box.read(name)))


def _string(one: object) -> str:
    return one if isinstance(one, str) else json.dumps(one)


def _texts(archive: Path) -> Iterator[tuple[str, str]]:
    with tarfile.open(archive) as box:
        for member in box:
            file = box.extractfile(member)
            if file and member.name.endswith((".dat", ".test", ".txt")):
                yield member.name, file.read().decode("utf-8", "replace")


def can_be_sent(text: str) -> bool:
    """Whether JSON and a form can carry it, and it holds more than gaps."""
    return bool(text.strip()) and not re.search("[\ud800-\udfff]", text)


def heaps(strings: list[str], most: int, between: str) -> list[str]:
    """The strings together in as few texts of so many letters as they fill; what is longer alone is cut, and a NUL, for
    which Hearth would refuse all the others with it, is left out."""
    made, heap = list[str](), ""
    for text in itertools.chain((one.replace("\0", "")[:most] for one in strings), [""]):
        if heap and (not text or len(heap) + len(between) + len(text) > most):
            made.append(heap)
            heap = ""
        heap = f"{heap}{between}{text}" if heap else text
    return made
