"""What is measured: CPU for each request of a server's whole process tree and of its database.

What is compared runs at the same time and is asked in turns, a little each: what else the machine does then falls on both.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from argon2.low_level import Type, hash_secret_raw

from benchmarks.forum import WORD, Forum
from benchmarks.load import Client, streams
from benchmarks.measuring import cpu_seconds
from benchmarks.people import Person
from benchmarks.seeding import PARAGRAPHS, REPLIES
from benchmarks.servers import Server

LINES = 20
"""Stories on a group's page."""
TURNS = 12
"""How often each is asked in turn with the others; what is told is the median of the turns."""
WARMING = 10
REPLY = b'class="reply"'
LINE = b'<a class="title"'
LISTENERS = 50

BATCHES = {"story, warm": 60, "story, nothing kept": 30, "group, warm": 60, "group, nothing kept": 30, "search, newest": 10,
           "reply": 15, "sign-in": 2}  # fmt: skip
"""Requests in one turn."""
OFTEN = 4
"""The bare answer is asked so many times as often: it takes so little that one batch could not be measured."""


@dataclass
class Act:
    """Something that can be asked of a server again and again; it is given a running number."""

    server: Server
    do: Callable[[int], object]
    times: int
    costs: list[float] = field(default_factory=list)
    """Milliseconds of CPU for one, turn by turn."""

    def turn(self, number: int) -> None:
        self.do(WARMING + number * (self.times + 1))  # what was written meanwhile let go of what was kept
        before = cpu_seconds(self.server.roots)
        for one in range(self.times):
            self.do(WARMING + number * (self.times + 1) + 1 + one)
        self.costs.append((cpu_seconds(self.server.roots) - before) / self.times * 1000)

    @property
    def cost(self) -> float:
        return statistics.median(self.costs)

    def beside(self, other: "Act") -> float:
        """How many times the other's cost: the median of all turns."""
        return statistics.median(own / its for own, its in zip(self.costs, other.costs, strict=True))


def in_turns(acts: Mapping[str, Act]) -> None:
    """Ask each of these in turn, until each was asked enough."""
    for act in acts.values():
        for number in range(min(WARMING, act.times)):
            act.do(number)
    for number in range(TURNS):
        for act in acts.values():
            act.turn(number)


def warm_acts(forum: Forum, server: Server) -> dict[str, Act]:
    """What is asked of a Hearth that keeps what it drew."""
    reader, writer = Person(server.url, forum.slug), Person(server.url, forum.slug)
    http = Client(server.url, f"hearth={reader.token}")
    body = "\n\n".join(PARAGRAPHS[:3])
    return _acts(
        server,
        {
            "story, warm": lambda _n: read_story(http, forum.stories[0]),
            "group, warm": lambda _n: _read_group(http, forum.group_id),
            "search, newest": lambda _n: _must_find(reader),
            # Nobody may say the same words twice in a row.
            "reply": lambda n: writer.reply(forum.stories[n % len(forum.stories)], f"{body} {n}"),
            "sign-in": lambda _n: reader.sign_in(),
        },
    )


def cold_acts(forum: Forum, server: Server) -> dict[str, Act]:
    """What is asked of a Hearth that keeps nothing."""
    http = Client(server.url, f"hearth={Person(server.url, forum.slug).token}")
    return _acts(
        server,
        {
            "story, nothing kept": lambda n: read_story(http, forum.stories[n % len(forum.stories)]),
            "group, nothing kept": lambda _n: _read_group(http, forum.group_id),
        },
    )


def plain_acts(forum: Forum, server: Server) -> dict[str, Act]:
    """The same pages and an insert, from Starlette, raw sqlite3 and Jinja."""
    http = Client(server.url)
    body = ('{"body": "' + "\\n\\n".join(PARAGRAPHS[:3]) + '"}').encode()
    acts: dict[str, Callable[[int], object]] = {
        "story, nothing kept": lambda n: read_story(http, forum.stories[n % len(forum.stories)]),
        "group, nothing kept": lambda _n: _read_group(http, forum.group_id),
        "group, warm": lambda _n: _read_group(http, forum.group_id),
        "reply": lambda _n: _must_be(http.post(f"/stories/{forum.stories[0]}/replies", body), 201),
    }
    return _acts(server, acts)


def bare_act(server: Server) -> Act:
    """The bytes of a story page, ready made."""
    http = Client(server.url)
    return Act(server, lambda _n: _must_be(http.get("/"), 200), BATCHES["story, warm"] * OFTEN)


def event_ms(forum: Forum, server: Server) -> float:
    """CPU for one event to one listener: replies with listeners to their story, less replies without."""
    listener, reader = Person(server.url, forum.slug), Person(server.url, forum.slug)
    story, other = forum.stories[0], forum.stories[1]
    body = "\n\n".join(PARAGRAPHS[:3])
    with streams(server.url, f"/api/v1/events?story={story}", listener.bearer, LISTENERS) as listeners:

        def reply_heard(number: int) -> None:
            before = listeners.heard
            reader.reply(story, f"{body} heard {number}")
            listeners.wait_for(before + LISTENERS)

        heard = Act(server, reply_heard, 5)
        unheard = Act(server, lambda n: reader.reply(other, f"{body} unheard {n}"), 5)
        in_turns({"heard": heard, "unheard": unheard})
    return max(heard.cost - unheard.cost, 0.0) / LISTENERS


def keep_pages(forum: Forum, server: Server) -> int:
    """Pages as Hearth draws them: the bare answer sends the same bytes, the plain pages stand in the same shell. Tells
    the bytes of a story page."""
    http = Client(server.url, f"hearth={Person(server.url, forum.slug).token}")
    story = _must_be(http.get(f"/stories/{forum.stories[0]}"), 200)
    (forum.folder / "answer").write_bytes(story)
    _cut(forum, "story", story, story.index(b"<article"), story.rindex(b"</ol>"))
    group = _must_be(http.get(f"/groups/{forum.group_id}"), 200)
    first = group.index(b'<ul class="lines')
    _cut(forum, "group", group, first, group.index(b"</ul>", first))
    return len(story)


def _cut(forum: Forum, name: str, page: bytes, first: int, last: int) -> None:
    (forum.folder / f"{name}-before").write_bytes(page[:first])
    (forum.folder / f"{name}-after").write_bytes(page[last + len(b"</ol>") :])


def argon2_ms() -> float:
    """One run of Argon2id at Hearth's cost."""
    costs = []
    for _turn in range(5):
        before = time.process_time()
        hash_secret_raw(b"seven grey herons", b"0" * 16, 3, 64 * 1024, 1, 64, Type.ID)
        costs.append((time.process_time() - before) * 1000)
    return min(costs)


def read_story(http: Client, story_id: str) -> None:
    body = _must_be(http.get(f"/stories/{story_id}"), 200)
    assert body.count(REPLY) == REPLIES, body.count(REPLY)  # noqa: S101


def _read_group(http: Client, group_id: str) -> None:
    body = _must_be(http.get(f"/groups/{group_id}"), 200)
    assert body.count(LINE) == LINES, body.count(LINE)  # noqa: S101


def _must_be(answer: tuple[int, bytes], status: int) -> bytes:
    """A page that was turned away, or led elsewhere, would look wonderfully fast."""
    assert answer[0] == status, answer  # noqa: S101
    return answer[1]


def _must_find(reader: Person) -> None:
    assert reader.search(WORD) > 0  # noqa: S101


def _acts(server: Server, acts: Mapping[str, Callable[[int], object]]) -> dict[str, Act]:
    return {name: Act(server, do, BATCHES[name]) for name, do in acts.items()}
