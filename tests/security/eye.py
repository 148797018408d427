"""A Chromium that sees whether any script runs in a page that Hearth drew, with the page's policy and without it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Browser, Dialog, Request, Route

POLICY = "content-security-policy"
OF_THE_CONNECTION = {"content-length", "content-encoding", "transfer-encoding", "connection"}
OURS, NEWS = "/static/", ("/events?", "/desk/events")
"""What a page of ours asks for by itself: its files, and news of its story or for the desk."""
WATCH = """
window.seen = [];
window.ran = () => window.seen.push('ran');
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open'])
  window[name] = () => window.seen.push(name);
document.addEventListener('securitypolicyviolation', it => window.seen.push('policy: ' + it.violatedDirective));
"""
SCAN = """() => {
  const odd = [...window.seen];
  const never = ['iframe', 'frame', 'object', 'embed', 'style', 'base', 'svg', 'math', 'img', 'video', 'audio', 'source',
                 'template', 'noscript', 'applet', 'portal', 'marquee', 'xmp', 'plaintext'];
  const leads = ['href', 'src', 'action', 'formaction', 'data', 'xlink:href', 'poster', 'background', 'ping', 'srcset'];
  const fair = ['http:', 'https:', 'tel:', 'sms:', 'mailto:'];
  const anew = ['<meta http-equiv="refresh" content="60">', '<p class="soft">This page looks for new ones every minute.'];
  for (const one of document.querySelectorAll('*')) {
    const name = one.localName, loads = name === 'script' || name === 'link';
    const own = name === 'noscript' && anew.some(ours => one.innerHTML.startsWith(ours));
    if (never.includes(name) && !own) odd.push(name);
    if (loads && !(one.getAttribute('src') || one.getAttribute('href') || '').startsWith('/static/')) odd.push(name);
    if (name === 'meta' && one.httpEquiv) odd.push('meta ' + one.httpEquiv);
    for (const said of one.attributes) {
      if (/^on|^(style|srcdoc)$/.test(said.name)) odd.push(name + ' ' + said.name);
      let way = 'http:';
      try { way = new URL(said.value, 'http://here.example/').protocol } catch { way = 'none:' }
      if (leads.includes(said.name) && !fair.includes(way)) odd.push(name + ' to ' + way);
    }
  }
  return odd;
}"""


@dataclass
class Seen:
    """What was wrong on the pages that were looked at, and where."""

    pages: int = 0
    scripts: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.pages} pages, {len(self.scripts)} scripts run, {len(self.odd)} odd elements or broken policies, "
            f"{len(self.asked)} requests elsewhere"
        )

    @property
    def is_clean(self) -> bool:
        return not (self.scripts or self.odd or self.asked)


class Eye:
    """Looks at answers one after the other. What the engine compiles is what runs: it says so itself, also of handlers,
    of addresses that are scripts and of what the policy forbade too late."""

    def __init__(self, browser: Browser, url: str, *, policy: bool) -> None:
        self.seen = Seen()
        self._where, self._is_given = "", True
        self._url, self._policy = url, policy
        self._context = browser.new_context(service_workers="block")
        self._context.add_init_script(WATCH)
        self._page = self._context.new_page()
        self._page.set_default_timeout(60_000)
        engine = self._context.new_cdp_session(self._page)
        engine.on("Debugger.scriptParsed", self._compiled)
        engine.send("Debugger.enable")
        self._page.on("dialog", self._asked)
        self._page.route("**/*", self._answer)
        self._given: tuple[int, dict[str, str], str] = (200, {}, "")

    def look(self, answers: Sequence[httpx.Response]) -> Seen:
        """Show these pages as the server sent them."""
        for answer in answers:
            headers = {n: v for n, v in answer.headers.items() if n not in OF_THE_CONNECTION}
            if not self._policy:
                headers.pop(POLICY, None)
            self.show(urlsplit(str(answer.url)).path, answer.text, answer.status_code, headers)
        return self.seen

    def show(self, path: str, text: str, status: int = 200, headers: dict[str, str] | None = None) -> None:
        """Show one page with this text, whoever wrote it."""
        self._where, self._is_given = path, False
        self._given = (status, headers or {"content-type": "text/html; charset=utf-8"}, text)
        self._page.goto(self._url + path, wait_until="load")
        self.seen.pages += 1
        self.seen.odd += [f"{path}: {odd}" for odd in self._page.evaluate(SCAN)]

    def close(self) -> None:
        self._context.close()

    def _answer(self, route: Route, request: Request) -> None:
        if not self._is_given and request.is_navigation_request() and request.url == self._url + self._where:
            self._is_given = True
            status, headers, text = self._given
            route.fulfill(status=status, headers=headers, body=text)
        elif request.url.startswith(self._url + OURS):
            route.continue_()
        else:
            if not request.url.startswith(tuple(self._url + path for path in NEWS)):
                self.seen.asked.append(f"{self._where}: {request.url[:80]}")
            route.abort()

    def _asked(self, dialog: Dialog) -> None:
        self.seen.scripts.append(f"{self._where}: a dialog")
        dialog.dismiss()

    def _compiled(self, script: dict[str, Any]) -> None:
        url = str(script.get("url", ""))
        is_ours = not url or url.startswith(("__playwright", "pptr:", self._url + OURS))
        if not is_ours:
            self.seen.scripts.append(f"{self._where}: {url[:80]}")
