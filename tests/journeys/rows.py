"""What a table holds, as somebody would read it who has stolen it."""

from sqlalchemy import MetaData, Table, create_engine, make_url, select

from tests.conftest import Running
from tests.mine.going import shapes


def is_in_the_rows(hearth: Running, table: str, canary: str) -> bool:
    """Whether a word stands in any row of a table, in any of the forms in which it could lie there."""
    url = make_url(hearth.environment["HEARTH_DATABASE_URL"])
    engine = create_engine(url.set(drivername="sqlite" if url.drivername == "sqlite" else "postgresql+psycopg"))
    with engine.connect() as connection:
        there = Table(table, MetaData(), autoload_with=connection)
        values = [value for row in connection.execute(select(there)) for value in row if value is not None]
    engine.dispose()
    assert values, f"nothing in {table}"
    held = b"\n".join(
        v if isinstance(v, bytes) else bytes(v) if isinstance(v, memoryview) else str(v).encode() for v in values
    )
    return any(shape in held for shape in shapes(canary))
