"""What is measured: CPU for each request of the server's whole process tree and of its database, in milliseconds."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from argon2.low_level import Type, hash_secret_raw

from benchmarks.forum import WORD, Forum
from benchmarks.load import Client
from benchmarks.measuring import cpu_seconds
from benchmarks.people import Person
from benchmarks.seeding import PARAGRAPHS, REPLIES
from benchmarks.servers import Server, bare, hearth

LINES = 20
"""Stories on a group's page."""
WARMING = 20
SLOW = 10
"""One in so many: for what takes long by itself."""
REPLY = b'class="reply"'
LINE = b'<a class="title"'


@dataclass
class Figures:
    """Milliseconds of CPU by what was done; memory in MiB, seconds until ready, bytes of a story page."""

    cpu: dict[str, float] = field(default_factory=dict)
    memory: float = 0.0
    memory_loaded: float = 0.0
    ready: float = 0.0
    page_bytes: int = 0
    seeded_seconds: float = 0.0


@dataclass
class Meter:
    """Repeats something and says what one costs."""

    server: Server
    requests: int
    rounds: int

    def least(self, act: Callable[[int], object], share: int = 1) -> float:
        """Milliseconds of CPU for one `act`, the least of some rounds; `act` is given a running number."""
        count = max(self.requests // share, 1)
        for number in range(min(WARMING, count)):
            act(number)
        costs = []
        for turn in range(self.rounds):
            before = cpu_seconds(self.server.roots)
            for number in range(count):
                act(WARMING + turn * count + number)
            costs.append((cpu_seconds(self.server.roots) - before) / count * 1000)
        return min(costs)


def figures(forum: Forum, requests: int, rounds: int, say: Callable[[str], None], workers: int = 1) -> Figures:
    """Hearth on a seeded forum: with its memory for pages, and without."""
    found = Figures(seeded_seconds=forum.seeded_seconds)
    with hearth(forum.folder, forum.database_url, forum.database_pid, workers) as server:
        found.ready, found.memory = server.ready_seconds, server.memory_mib / workers
        meter = Meter(server, requests, rounds)
        _warm(forum, server, meter, found)
        found.memory_loaded = server.memory_mib / workers
    with hearth(forum.folder, forum.database_url, forum.database_pid, workers, HEARTH_PAGE_CACHE_MIB="0") as server:
        reader = Person(server.url, forum.slug)
        http = Client(server.url, f"hearth={reader.token}")
        meter = Meter(server, requests, rounds)
        found.cpu["story, nothing kept"] = meter.least(lambda n: _story(http, forum.stories[n % len(forum.stories)]))
        found.cpu["group, nothing kept"] = meter.least(lambda _n: _group(http, forum.group_id))
    say(f"{forum.posts:,} posts, {workers} at work: story {found.cpu['story, warm']:.2f} ms warm, "
        f"{found.cpu['story, nothing kept']:.2f} ms with nothing kept")  # fmt: skip
    return found


def _warm(forum: Forum, server: Server, meter: Meter, found: Figures) -> None:
    reader = Person(server.url, forum.slug)
    http = Client(server.url, f"hearth={reader.token}")
    story = forum.stories[0]
    found.page_bytes = _story(http, story)
    _keep_pages(forum, http)
    found.cpu["story, warm"] = meter.least(lambda _n: _story(http, story))
    found.cpu["group, warm"] = meter.least(lambda _n: _group(http, forum.group_id))
    found.cpu["search, newest"] = meter.least(lambda _n: _found(reader), SLOW // 2)
    body = "\n\n".join(PARAGRAPHS[:3])
    # Nobody may say the same words twice in a row.
    found.cpu["reply"] = meter.least(lambda n: reader.reply(forum.stories[n % len(forum.stories)], f"{body} {n}"), 2)
    found.cpu["sign-in"] = meter.least(lambda _n: reader.sign_in(), SLOW * 2)


def _story(http: Client, story_id: str) -> int:
    status, body = http.get(f"/stories/{story_id}")
    assert status == 200, status  # noqa: S101
    assert body.count(REPLY) == REPLIES, body.count(REPLY)  # noqa: S101
    return len(body)


def _group(http: Client, group_id: str) -> None:
    status, body = http.get(f"/groups/{group_id}")
    assert status == 200, status  # noqa: S101
    assert body.count(LINE) == LINES, body.count(LINE)  # noqa: S101


def _found(reader: Person) -> None:
    assert reader.search(WORD) > 0  # noqa: S101


def _keep_pages(forum: Forum, http: Client) -> None:
    """Pages as Hearth draws them: the bare answer sends the same bytes, the plain pages stand in the same shell."""
    for name, path, start, end in (
        ("story", f"/stories/{forum.stories[0]}", b"<article", b"</ol>"),
        ("group", f"/groups/{forum.group_id}", b'<ul class="lines', b"</ul>\n<p"),
    ):
        body = http.get(path)[1]
        if name == "story":
            (forum.folder / "answer").write_bytes(body)
        first = body.index(start)
        last = body.find(end, first) if name == "group" else body.rindex(end)
        last = last if last >= 0 else body.index(b"</ul>", first)
        (forum.folder / f"{name}-before").write_bytes(body[:first])
        (forum.folder / f"{name}-after").write_bytes(body[last + 5 :])


def bare_figures(forum: Forum, requests: int, rounds: int, say: Callable[[str], None]) -> Figures:
    """The bare limits, on the same machine in the same run."""
    found = Figures()
    with bare("floor", forum.folder, forum.file) as server:
        meter, http = Meter(server, requests * 3, rounds), Client(server.url)
        found.cpu["story, warm"] = meter.least(lambda _n: http.get("/"))
    with bare("plain", forum.folder, forum.file) as server:
        meter, http = Meter(server, requests, rounds), Client(server.url)
        found.cpu["story, nothing kept"] = meter.least(
            lambda n: _story(http, forum.stories[n % len(forum.stories)]) and None
        )
        found.cpu["group, nothing kept"] = meter.least(lambda _n: _group(http, forum.group_id))
        found.cpu["group, warm"] = found.cpu["group, nothing kept"]
        body = ('{"body": "' + "\\n\\n".join(PARAGRAPHS[:3]) + '"}').encode()
        found.cpu["reply"] = meter.least(lambda _n: http.post(f"/stories/{forum.stories[0]}/replies", body))
    found.cpu["sign-in"] = _argon2_ms()
    say(f"bare answer {found.cpu['story, warm']:.3f} ms, plain story page {found.cpu['story, nothing kept']:.2f} ms")
    return found


def _argon2_ms() -> float:
    """One run of Argon2id at Hearth's cost."""
    costs = []
    for _turn in range(5):
        before = time.process_time()
        hash_secret_raw(b"seven grey herons", b"0" * 16, 3, 64 * 1024, 1, 64, Type.ID)
        costs.append((time.process_time() - before) * 1000)
    return min(costs)
