"""Asking the index: which places hold the words, the newest first. It knows neither readers nor what may be shown."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter, thread_time
from typing import Any, Final, NamedTuple

from sqlalchemy import Integer, TextClause, bindparam, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.foundation.errors import Unfit
from app.foundation.language import gettext as _
from app.foundation.prepared import Prepared
from app.stories.index import NUMBER_BITS, WORDS, bucket_of, marker
from app.stories.terms import Asked, Term, spread_out

MOST_SECONDS: Final = 0.2
"""How long all questions of one search to the index may take together: on SQLite of a processor, on PostgreSQL of time,
and each of them no longer either (SECURITY.md, O-10). What is done between two questions does not count: it is bounded by
the size of a page, and takes longest when a process is new."""
LEFT: Final = "seconds left for this search"
LOOKED_FIRST: Final = 50
"""Newest words that are looked through one by one before the index is asked: it is slow at nothing but words that are nearly
everywhere, and those fill a page at once. Where none of so many holds what is asked for, the index answers soonest."""
LOOKED_THROUGH: Final = 400
"""So many are looked through where some of the first do: what is in every twentieth fills a page."""
FURTHER: Final = 2000
"""And so many, if what was found so far says that this will do."""
MORE_EACH: Final = 4
"""Each time this many times as many, so that a common word costs no more than it must."""
APART: Final = "\n"
"""Between a title and a body: it stands in no word, so no quotation reaches over it."""
STEPS: Final = 50
"""SQLite's own small steps between two looks at the clock."""
SATURATION, LENGTH_COUNTS, USUAL_WORDS, TITLE_COUNTS = 1.2, 0.75, 120, 3
"""Okapi BM25's k1 and b, the length it measures by, and how often a word in a title counts."""

BUCKETS: Final = (2, 16)
"""On PostgreSQL, whose index knows no order, so many of the newest buckets are looked through before all of a group is:
else every hit there ever was would be fetched to find the newest."""

_NEWEST: Final = Prepared(
    select(WORDS.c.rowid, WORDS.c.title, WORDS.c.body)
    .where(WORDS.c.rowid > bindparam("low"), WORDS.c.rowid < bindparam("below"))
    .order_by(WORDS.c.rowid.desc())
    .limit(bindparam("most", type_=Integer))
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
    with _counted(db) as end, _broken_off(db, end):
        return [Row._make(row) for row in db.connection().execute(question, asked)]


@contextmanager
def _counted(db: Session) -> Iterator[float]:
    """What the database is asked meanwhile counts; gives when it must be done, by this thread's or everybody's clock. Raises
    Unfit when nothing of the time is left."""
    left = db.info.get(LEFT, MOST_SECONDS)
    if left <= 0:
        raise _too_wide()
    clock = thread_time if db.get_bind().dialect.name == "sqlite" else perf_counter
    begun = clock()
    yield begun + left
    if LEFT in db.info:
        db.info[LEFT] = left - (clock() - begun)


@contextmanager
def _broken_off(db: Session, end: float) -> Iterator[None]:
    """SQLite breaks a question off once this thread has used so much of a processor; PostgreSQL does so by itself."""
    if db.get_bind().dialect.name != "sqlite":
        yield
        return
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
    newest = _among_the_newest(db, within, asked, most)
    if newest.will_do:
        return newest.found[:most]
    if db.get_bind().dialect.name == "sqlite":
        return _rows(db, _IN_SQLITE, {**within, "most": most, "sought": _for_sqlite(asked)})
    return _in_postgres(db, asked, newest.top, within["below"], most)


class _Newest(NamedTuple):
    """What was found among the newest rows; the index need not be asked where that `will_do`. `top`: the newest place."""

    found: list[Row]
    top: int
    will_do: bool


def _among_the_newest(db: Session, within: dict[str, int], asked: Asked, most: int) -> _Newest:
    """Look through the newest rows, in larger and larger parts, for as long as that is quicker than the index."""
    found, holds = list[Row](), _holding(asked)
    below, top, looked, part = within["below"], 0, 0, 2 * most
    while part > 0:
        with _counted(db):
            rows = _NEWEST.rows(db.connection(), low=within["low"], below=below, most=part)
        found += (Row(*row) for row in rows if holds(row[1], row[2]))
        looked += len(rows)
        if len(found) >= most or len(rows) < part:
            return _Newest(found, top, will_do=True)
        top, below = top or rows[0][0], rows[-1][0]
        will_fill = len(found) * FURTHER // looked >= most
        further = FURTHER if will_fill else LOOKED_THROUGH if found else LOOKED_FIRST
        part = min(MORE_EACH * looked, LOOKED_THROUGH, further - looked)
    return _Newest(found, top, will_do=False)


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


def _holding(asked: Asked) -> Callable[[str, str], bool]:
    """Whether all that is asked for stands in a title and body as they are filed. Each of the newest is asked: it is quick."""
    wanted = [term.sought for term in asked.wanted]
    unwanted = [term.sought for term in asked.unwanted]

    def holds(title: str, body: str) -> bool:
        words = f" {title} {APART} {body} "
        for term in wanted:
            if term not in words:
                return False
        return not any(term in words for term in unwanted) if unwanted else True

    return holds


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
    title, body = f" {row.title} ", f" {row.body} "
    # Only two that are found as they are could share the gap between them.
    if any(term.is_exact for term in wanted):
        title, body = spread_out(row.title), spread_out(row.body)
    length = 1 - LENGTH_COUNTS + LENGTH_COUNTS * (row.body.count(" ") + 1) / USUAL_WORDS
    total = 0.0
    for term in wanted:
        often = TITLE_COUNTS * term.count_in(title) + term.count_in(body)
        total += 1000 * often * (SATURATION + 1) / (often + SATURATION * length)
    return round(total)
