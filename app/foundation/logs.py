"""What is logged: that something happened, and what kind of thing. Never words, names or addresses (SECURITY.md, A-5)."""

import json
import logging
from typing import Any


class Plain(logging.Formatter):
    """JSON lines of level, source and event. A fault is named by its class and place: its message could hold words."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"level": record.levelname.lower(), "from": record.name}
        fault = record.exc_info and record.exc_info[1]
        if fault:
            line["event"] = "fault"
            line["class"] = type(fault).__name__
            line["at"] = _innermost(fault)
        else:
            # The template alone: its arguments could be anything.
            line["event"] = str(record.msg)
        return json.dumps(line)


def _innermost(fault: BaseException) -> str:
    trace = fault.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}" if trace else ""


CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": Plain}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["out"], "level": "WARNING"},
    "loggers": {"hearth": {"level": "INFO"}, "uvicorn": {"level": "WARNING"}},
}
"""For uvicorn's `log_config`: everything goes through one handler."""
