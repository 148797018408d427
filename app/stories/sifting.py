"""Asking the index: which places hold the words, the newest first. It knows neither readers nor what may be shown."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from time import perf_counter, thread_time
from typing import Any, Final, NamedTuple

from sqlalchemy import TextClause, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.foundation.errors import Unfit
from app.foundation.language import gettext as _
from app.stories.index import NUMBER_BITS, bucket_of, marker
from app.stories.terms import Asked, Term, spread_out

MOST_SECONDS: Final = 0.2
"""How long all questions of one search to the index may take together: on SQLite of a processor, on PostgreSQL of time,
and each of them no longer either (SECURITY.md, O-10). What is done between two questions does not count: it is bounded by
the size of a page, and takes longest when a process is new."""
LEFT: Final = "seconds left for this search"
LOOKED_THROUGH: Final = 400
"""Newest words that are looked through one by one before the index is asked: what is in every twentieth of them fills a
page, and an index is slow at nothing but such words."""
FURTHER: Final = 2000
"""So many are looked through, if what was found among the first says that this will do."""
STEPS: Final = 50
"""SQLite's own small steps between two looks at the clock."""
SATURATION, LENGTH_COUNTS, USUAL_WORDS, TITLE_COUNTS = 1.2, 0.75, 120, 3
"""Okapi BM25's k1 and b, the length it measures by, and how often a word in a title counts."""

BUCKETS: Final = (2, 16)
"""On PostgreSQL, whose index knows no order, so many of the newest buckets are looked through before all of a group is:
else every hit there ever was would be fetched to find the newest."""

_NEWEST: Final = text(
    "SELECT rowid, title, body FROM search_words WHERE rowid > :low AND rowid < :below ORDER BY rowid DESC LIMIT :most"
)
_IN_SQLITE: Final = text(
    "SELECT rowid, title, body FROM search_words"
    " WHERE search_words MATCH :sought AND rowid > :low AND rowid < :below ORDER BY rowid DESC LIMIT :most"
)
_IN_POSTGRES: Final = text(
    # The sums keep PostgreSQL from walking through all rows of a group by their order instead of asking the index.
    "SELECT rowid, title, body FROM search_words"
    " WHERE words @@ CAST(:sought AS tsquery) AND rowid + 0 < :below ORDER BY rowid + 0 DESC LIMIT :most"
)


class Row(NamedTuple):
    """Folded words and where they are filed."""

    place: int
    title: str
    body: str


@contextmanager
def bounded(db: Session) -> Iterator[None]:
    """Let what the index is asked meanwhile take no longer than MOST_SECONDS. Raises Unfit, kindly, when it would."""
    if db.get_bind().dialect.name != "sqlite":
        db.execute(text(f"SET LOCAL statement_timeout = {round(MOST_SECONDS * 1000)}"))
    db.info[LEFT] = MOST_SECONDS
    try:
        yield
    except OperationalError as wrong:
        if not _took_too_long(wrong.orig):
            raise
        raise _too_wide() from wrong
    finally:
        del db.info[LEFT]


def _rows(db: Session, question: TextClause, asked: dict[str, Any]) -> list[Row]:
    """What the index answers, in what is left of the time."""
    left = db.info.get(LEFT, MOST_SECONDS)
    if left <= 0:
        raise _too_wide()
    is_sqlite = db.get_bind().dialect.name == "sqlite"
    clock = thread_time if is_sqlite else perf_counter
    begun = clock()
    with _broken_off(db, begun + left) if is_sqlite else nullcontext():
        found = [Row._make(row) for row in db.connection().execute(question, asked)]
    if LEFT in db.info:
        db.info[LEFT] = left - (clock() - begun)
    return found


@contextmanager
def _broken_off(db: Session, end: float) -> Iterator[None]:
    """SQLite breaks a question off once this thread has used so much of a processor."""
    driver: Any = db.connection().connection.driver_connection
    driver.set_progress_handler(lambda: thread_time() > end, STEPS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


def _too_wide() -> Unfit:
    wide = _("So many words here could be meant that looking through them takes too long. One more word helps.")
    return Unfit(wide, {"words": wide})


def _took_too_long(wrong: BaseException | None) -> bool:
    return getattr(wrong, "sqlstate", "") == "57014" or str(wrong) == "interrupted"


def matches(db: Session, prefix: int, asked: Asked, below: int, most: int) -> list[Row]:
    """Rows of a group, filed below this place, in which all that is asked for stands; the newest first, `most` of them."""
    within = {"low": prefix << NUMBER_BITS, "below": min(below, (prefix + 1) << NUMBER_BITS)}
    looked = max(LOOKED_THROUGH, 2 * most)
    newest = _newest(db, within, looked)
    found = _holding(newest, asked)
    if len(found) < most <= len(found) * FURTHER // looked and len(newest) == looked:
        newest += _newest(db, {**within, "below": newest[-1].place}, FURTHER - looked)
        looked, found = FURTHER, _holding(newest, asked)
    if len(found) >= most or len(newest) < looked:
        return found[:most]
    if db.get_bind().dialect.name == "sqlite":
        return _rows(db, _IN_SQLITE, {**within, "most": most, "sought": _for_sqlite(asked)})
    return _in_postgres(db, asked, newest[0].place, within["below"], most)


def _in_postgres(db: Session, asked: Asked, top: int, below: int, most: int) -> list[Row]:
    prefix, newest = top >> NUMBER_BITS, bucket_of(top)
    for count in BUCKETS:
        if count > newest:
            break
        among = [marker(prefix, newest - back) for back in range(count)]
        found = _matching(db, _for_postgres(asked, among), below, most)
        if len(found) == most:
            return found
    return _matching(db, _for_postgres(asked, [marker(prefix)]), below, most)


def _matching(db: Session, sought: str, below: int, most: int) -> list[Row]:
    return _rows(db, _IN_POSTGRES, {"sought": sought, "below": below, "most": most})


def _newest(db: Session, within: dict[str, int], most: int) -> list[Row]:
    return _rows(db, _NEWEST, {**within, "most": most})


def _holding(rows: list[Row], asked: Asked) -> list[Row]:
    def holds(row: Row) -> bool:
        def has(term: Term) -> bool:
            return term.stands_in(row.body) or term.stands_in(row.title)

        return all(map(has, asked.wanted)) and not any(map(has, asked.unwanted))

    return list(filter(holds, rows))


def _for_sqlite(asked: Asked) -> str:
    """An FTS5 expression. Folded words have letters, digits and marks alone: in quotes, nothing in them is obeyed."""
    said = " AND ".join(map(_phrase, asked.wanted))
    for term in asked.unwanted:
        said = f"({said}) NOT {_phrase(term)}"
    return said


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + ("" if term.is_exact else " *")


def _for_postgres(asked: Asked, among: Sequence[str]) -> str:
    """A tsquery. Words that stand for a group or its buckets are in it, so that the index looks at these rows alone."""
    within = f"({' | '.join(map(repr, among))})"
    return " & ".join([within, *map(_chain, asked.wanted), *(f"!{_chain(term)}" for term in asked.unwanted)])


def _chain(term: Term) -> str:
    return f"({' <-> '.join(repr(word) for word in term.words)}{'' if term.is_exact else ':*'})"


def weight(row: Row, wanted: Sequence[Term]) -> int:
    """How well a row matches, in thousandths: Okapi BM25 without the rarity of words, as all of them must be there.

    It depends on the row alone, so that pages turned over later neither lose nor double anything.
    """
    title, body = spread_out(row.title), spread_out(row.body)
    length = 1 - LENGTH_COUNTS + LENGTH_COUNTS * (row.body.count(" ") + 1) / USUAL_WORDS
    often = (TITLE_COUNTS * term.count_in(title) + term.count_in(body) for term in wanted)
    return round(sum(1000 * n * (SATURATION + 1) / (n + SATURATION * length) for n in often))
