"""What is logged: that something happened, what kind of thing, roughly when and how often. Never words, names or addresses
(SECURITY.md, A-4 to A-6)."""

import json
import logging
import time
from typing import Any

STEP_SECONDS = 300
"""Times in the log are cut to five minutes; what happens again within one step is counted, not written again. So a flood
of the same thing neither tells its moments nor fills the disk."""
FAMILIAR = ("hearth", "uvicorn", "alembic")
"""Whose messages are known to be templates without words in them: these were read. Of any other's only the place is told."""
MOST_KINDS = 200

Key = tuple[str, str, str, str]


class Plain(logging.Formatter):
    """JSON lines of time, level, source, event and count. A fault is named by its class and place: its message could
    hold words. JSON escapes line ends and terminal codes, so that nothing can write a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        return self.line(key_of(record), record.created, 1)

    def line(self, key: Key, at: float, count: int) -> str:
        level, source, event, place = key
        cut = time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime(at - at % STEP_SECONDS))
        told: dict[str, Any] = {"time": cut, "level": level, "from": source}
        if event.startswith(FAULT):
            told |= {"event": "fault", "class": event.removeprefix(FAULT)}
        else:
            told["event"] = event
        if place:
            told["at"] = place
        return json.dumps({**told, "count": count})


FAULT = "fault "


def key_of(record: logging.LogRecord) -> Key:
    """What makes two records the same event."""
    level = record.levelname.lower()
    fault = record.exc_info and record.exc_info[1]
    if fault:
        return level, record.name, f"{FAULT}{type(fault).__name__}", _innermost(fault)
    if record.name.split(".")[0] in FAMILIAR and isinstance(record.msg, str):
        # The template alone: its arguments could be anything.
        return level, record.name, record.msg.strip(), ""
    return level, record.name, "message", f"{record.module}:{record.lineno}"


def _innermost(fault: BaseException) -> str:
    trace = fault.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}" if trace else ""


class Counted(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes an event the first time it happens in a step of time, and how often it happened again when the step is over
    or the process ends."""

    def __init__(self, stream: Any = None) -> None:
        super().__init__(stream)
        self._step = 0.0
        self._again: dict[Key, int] = {}

    def emit(self, record: logging.LogRecord) -> None:
        self._turn(record.created - record.created % STEP_SECONDS)
        key = key_of(record)
        if key in self._again:
            self._again[key] += 1
        elif len(self._again) < MOST_KINDS:
            self._again[key] = 0
            super().emit(record)

    def close(self) -> None:
        self._tell()
        super().close()

    def _turn(self, step: float) -> None:
        if step != self._step:
            self._tell()
            self._step = step

    def _tell(self) -> None:
        for key, count in self._again.items():
            if count and isinstance(self.formatter, Plain):
                self.stream.write(self.formatter.line(key, self._step, count) + self.terminator)
        self._again = {}
        self.flush()


CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": Plain}},
    "handlers": {"out": {"()": Counted, "formatter": "plain"}},
    "root": {"handlers": ["out"], "level": "WARNING"},
    "loggers": {"hearth": {"level": "INFO"}, "uvicorn": {"level": "WARNING"}},
}
"""For uvicorn's `log_config`: everything goes through one handler."""
