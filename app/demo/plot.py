"""What follows what: answers and gestures once words are out, a decision once they wait, a second try once they came back."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from app.demo.agenda import Agenda
from app.demo.cast import Person
from app.demo.telling import DESK_FILE, SENT_AGAIN, WITH_FLAG, Fate, Reply, Story
from app.demo.voices import Standing, Told, Voices
from app.foundation.errors import TooMany
from app.moderation.models import Action
from app.moderation.models import Fate as Stand
from app.stories.models import SupportKind

QUIET = (SupportKind.WITH_YOU, SupportKind.RELATE)
MOST_QUIET = 3
"""Gestures for a story whose file names none."""
THANKED, RELATED_TO = 0.3, 0.15
"""How often an author thanks for a reply, and how often somebody else finds themselves in it."""
WORKING = frozenset({Fate.OUT, Fate.MENDED, Fate.EDITED, Fate.PUBLISHED, Fate.REDACTED, Fate.RETURNED, Fate.KEPT})
"""Where the desk looks at a case that the rules opened beside what the file tells."""


class Plot:
    """Puts on the agenda what follows from what just happened."""

    def __init__(self, agenda: Agenda, voices: Voices, people: Sequence[Person], rng: random.Random) -> None:
        self._agenda = agenda
        self._voices = voices
        self._rng = rng
        self._people = {(slug, p.name): person for person in people for slug, p in person.personas.items()}
        self._deciders = [person for person in people if DESK_FILE in person.personas]
        self.came_in: dict[tuple[str, str], datetime] = {}
        """When each persona joined its group."""
        self.told = list[Told]()
        """All that was told so far, in order."""

    def begin(self, slug: str, group_id: str, story: Story, written: datetime) -> None:
        self._agenda.at(
            written, partial(self._tell, Told(self._people[slug, story.by], slug, group_id, story, written))
        )

    def _tell(self, told: Told) -> None:
        try:
            standing = self._voices.tell(told)
        except TooMany:
            self._agenda.later(self._soon(hours=24), partial(self._tell, told))
            return
        self.told.append(told)
        self._go_on(told, standing)

    def _go_on(self, told: Told, standing: Standing) -> None:
        fate = told.telling.fate
        if standing.stand is None:
            if fate in SENT_AGAIN:
                self._agenda.after(self._soon(minutes=40), partial(self._send_again, told))
        elif standing.stand is Stand.HELD:
            self._wait(told, fate)
        else:
            self._come_out(told)
            if fate is Fate.EDITED:
                self._agenda.after(self._soon(hours=30), partial(self._send_again, told))
            if fate in WITH_FLAG:
                self._agenda.at(self._last_answer(told), partial(self._flag, told))
            elif standing.is_asked_about and fate in WORKING:
                self._agenda.after(self._soon(hours=5), partial(self._decide, told, Action.KEEP))

    def _wait(self, told: Told, fate: Fate) -> None:
        """Words that a person must read first. What the file did not expect to wait is read and let out."""
        if fate is Fate.WITHDRAWN:
            self._agenda.after(self._soon(hours=3), partial(self._voices.take_back, told))
        elif fate not in (Fate.HELD, Fate.URGENT):
            is_expected = fate in (Fate.PUBLISHED, Fate.REDACTED, Fate.RETURNED)
            action = fate.action if is_expected and fate.action else Action.PUBLISH
            self._agenda.after(self._soon(hours=5), partial(self._decide, told, action))

    def _send_again(self, told: Told) -> None:
        standing = self._voices.send_again(told)
        if standing.stand is Stand.PUBLISHED:
            self._come_out(told)

    def _flag(self, told: Told) -> None:
        flag = told.telling.flag
        if flag:
            self._voices.flag(self._people[told.slug, flag.by], told)
        if told.telling.fate.action:
            self._agenda.after(self._soon(hours=8), partial(self._decide, told, told.telling.fate.action))

    def _decide(self, told: Told, action: Action) -> None:
        """By somebody at the desk who neither wrote these words nor flagged them."""
        flag = told.telling.flag
        concerned = [told.person, *([self._people[told.slug, flag.by]] if flag else [])]
        free = [person for person in self._deciders if all(person is not one for one in concerned)]
        decides = self._rng.choice(free)
        self._voices.decide(decides, told, action)
        if told.telling.second_look:
            others = [person for person in free if person is not decides]
            self._agenda.after(self._soon(hours=20), partial(self._ask_again, told, others))
        if action in (Action.PUBLISH, Action.REDACT):
            self._come_out(told)
        elif action is Action.RETURN and told.telling.mended:
            self._agenda.after(self._soon(hours=30), partial(self._send_again, told))

    def _ask_again(self, told: Told, others: list[Person]) -> None:
        """The author does not agree, and somebody looks who did not decide."""
        appeal_id, look = self._voices.ask_again(told), told.telling.second_look
        if look and look.outcome:
            answers = self._rng.choice(others)
            self._agenda.after(self._soon(hours=40), partial(self._voices.look_again, answers, appeal_id, look))

    def _come_out(self, told: Told) -> None:
        """Others read it from now on, for the first time."""
        if told.is_out:
            return
        told.is_out = True
        for kind, count in self._gestures(told).items():
            for person in self._some_others(told, count):
                self._agenda.after(self._soon(hours=60), partial(self._voices.stand_by, person, told, kind))
        if isinstance(told.telling, Story):
            for reply in told.telling.replies:
                self._answer(told, reply)

    def _answer(self, told: Told, reply: Reply) -> None:
        written = told.written + timedelta(hours=reply.after)
        answer = Told(self._people[told.slug, reply.by], told.slug, told.group_id, reply, written, told)
        self._agenda.at(written, partial(self._tell, answer))

    def _gestures(self, told: Told) -> dict[SupportKind, int]:
        if told.telling.support is not None:
            return told.telling.support
        if told.story is None:
            return {kind: self._rng.randint(0, MOST_QUIET) for kind in self._rng.sample(QUIET, 1)}
        if told.story.person is not told.person and self._rng.random() < THANKED:
            self._agenda.after(
                self._soon(hours=20), partial(self._voices.stand_by, told.story.person, told, SupportKind.THANK_YOU)
            )
        return {SupportKind.RELATE: int(self._rng.random() < RELATED_TO)}

    def _some_others(self, told: Told, count: int) -> list[Person]:
        """Some who have joined by now and did not write this."""
        here = [
            self._people[place]
            for place, came in self.came_in.items()
            if place[0] == told.slug and came < self._agenda.now and self._people[place] is not told.person
        ]
        return self._rng.sample(here, min(count, len(here)))

    def _last_answer(self, told: Told) -> datetime:
        """When somebody flags: once the story was answered, as afterwards it may be gone."""
        hours = [reply.after for reply in told.telling.replies] if isinstance(told.telling, Story) else []
        return told.written + timedelta(hours=max(hours, default=0)) + self._soon(hours=4)

    def _soon(self, *, hours: int = 0, minutes: int = 0) -> timedelta:
        """A while of at most so long, and at least a tenth of it."""
        most = hours * 60 + minutes
        return timedelta(minutes=self._rng.randint(most // 10, most))
