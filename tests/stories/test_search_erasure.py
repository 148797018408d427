"""Words that were deleted are nowhere in the files: not in the index either, nor in what it is made of (D-2)."""

import secrets
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, text

from app.foundation.home import Home
from app.stories.tidying import tidy
from app.upkeep.rewriting import checkpoint, rewrite
from tests.members.databases import fresh
from tests.stories.filled import SLUG, Filled, filled

OTHERS = 60


def _canary() -> str:
    return "q" + secrets.token_hex(12)


def _home(there: Filled) -> Home:
    home: Home = there.client.app.state.house  # type: ignore[attr-defined]
    return home


def _share_and_erase(there: Filled, canary: str) -> None:
    answer = there.client.post(
        f"/api/v1/groups/{SLUG}/stories", json={"title": f"My {canary}", "body": f"It is {canary} and {canary}s."}
    )
    assert answer.status_code == 201, answer.text
    story = answer.json()
    reply = there.client.post(f"/api/v1/stories/{story['id']}/replies", json={"body": f"And {canary}x too."}).json()
    there.client.post(f"/api/v1/stories/{story['id']}/replies", json={"body": f"More of {canary} to say."})
    found = there.client.post("/api/v1/search", json={"words": canary}).json()["items"]
    assert len(found) == 3
    assert there.client.delete(f"/api/v1/replies/{reply['id']}").status_code == 204
    assert there.client.delete(f"/api/v1/stories/{story['id']}").status_code == 204
    assert there.client.post("/api/v1/search", json={"words": canary}).json()["items"] == []


def _holding(files: list[Path], canary: str) -> list[str]:
    assert files
    return [file.name for file in files if canary.encode() in file.read_bytes().lower()]


def _texts(canary: str) -> list[tuple[str, str]]:
    return [(f"Evening {n}", f"A quiet evening, number {n}. {canary if n == 0 else ''}") for n in range(OTHERS)]


def test_sqlite_keeps_nothing_of_deleted_words(tmp_path: Path) -> None:
    canary, kept = _canary(), _canary()
    with filled(f"sqlite:///{tmp_path}/hearth.db", tmp_path, _texts(kept)) as there:
        _share_and_erase(there, canary)
        files = sorted(tmp_path.glob("hearth.db*"))
        assert len(files) >= 2
        assert _holding(files, canary)
        assert checkpoint(_home(there)) == 1
        assert _holding(files, canary) == []
        assert _holding(files, kept) == ["hearth.db"]


def test_postgres_keeps_nothing_of_deleted_words_after_the_nightly_rewrite(tmp_path: Path, postgres: str) -> None:
    canary, kept = _canary(), _canary()
    with filled(fresh(postgres, "search_erasure"), tmp_path, _texts(kept)) as there:
        _share_and_erase(there, canary)
        files = _files_of(there.database.engine)
        assert _holding(files(), canary)
        assert _holding(files(), kept)
        rewrite(_home(there))
        with there.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(text("CHECKPOINT"))
        assert _holding(files(), canary) == []
        assert _holding(files(), kept)


def _files_of(engine: Engine) -> Callable[[], list[Path]]:
    """Where this table and its indexes lie; written out first."""

    def files() -> list[Path]:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(text("CHECKPOINT"))
            root = Path(str(db.scalar(text("SHOW data_directory"))))
            names = db.scalars(
                text(
                    "SELECT pg_relation_filepath(c.oid) FROM pg_class c WHERE c.relname LIKE '%search_%'"
                    " AND c.relkind IN ('r', 'i') UNION SELECT pg_relation_filepath(c.reltoastrelid) FROM pg_class c"
                    " WHERE c.relname LIKE 'search_%' AND c.reltoastrelid <> 0"
                )
            ).all()
        return [root / str(name) for name in names]

    return files


def test_the_nightly_merge_leaves_one_part_and_all_words(tmp_path: Path) -> None:
    with filled(f"sqlite:///{tmp_path}/hearth.db", tmp_path, _texts("tea")) as there:
        for n in range(5):
            there.client.post(f"/api/v1/groups/{SLUG}/stories", json={"title": f"New {n}", "body": "A late evening."})
        assert _parts(there.database.engine) > 1
        assert tidy(_home(there)) > 0
        assert _parts(there.database.engine) == 1
        assert tidy(_home(there)) <= 1
        found = there.client.post("/api/v1/search", json={"words": "evening", "limit": 50}).json()
        assert len(found["items"]) == 50


def _parts(engine: Engine) -> int:
    with engine.connect() as db:
        return int(db.exec_driver_sql("SELECT count(DISTINCT segid) FROM search_words_idx").scalar_one())


def test_the_index_was_told_to_forget_at_once(tmp_path: Path) -> None:
    with (
        filled(f"sqlite:///{tmp_path}/hearth.db", tmp_path, _texts("tea")) as there,
        there.database.engine.connect() as db,
    ):
        chosen = db.exec_driver_sql("SELECT v FROM search_words_config WHERE k = 'secure-delete'").scalar_one()
    assert chosen == 1
