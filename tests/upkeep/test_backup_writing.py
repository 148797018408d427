"""Writing a copy: broken off or changed by the disk, it does not take the name of the one before it (D-5)."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pyrage
import pytest
from typer.testing import CliRunner

from app.cli import hearth as command
from app.foundation.settings import Settings
from app.foundation.times import today
from app.upkeep import backups
from app.upkeep.trouble import Trouble
from tests.upkeep.site import back_up, begun, flipped, killed_in_between, settings_of


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    return begun(settings_of(tmp_path, f"sqlite:///{tmp_path}/data/hearth.db"))


def test_a_killed_backup_leaves_the_copy_before_it(small: Settings, tmp_path: Path) -> None:
    copy = tmp_path / "copy.age"
    back_up(small, copy)
    before = copy.read_bytes()
    made = f"Settings(database_url={small.database_url!r}, secrets_dir={str(small.secrets_dir)!r})"
    killed_in_between(
        small,
        "from app.upkeep import backups\nbackups._check = die",
        f"backups.back_up({made}, Path({str(copy)!r}), print)",
    )
    assert copy.read_bytes() == before
    assert len(list(tmp_path.glob(".copy.age*"))) == 1
    back_up(small, copy)
    assert copy.read_bytes() != before
    assert not list(tmp_path.glob(".copy.age*"))


def test_a_copy_that_the_disk_changed_does_not_take_the_name(
    small: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.age"
    back_up(small, copy)
    before = copy.read_bytes()
    for recipient in ("", str(pyrage.x25519.Identity.generate().to_public())):
        real = backups._check

        def harmed(settings: Settings, file: Path, *rest: object, real: Callable[..., None] = real) -> None:
            part = backups._part_of(file)
            part.write_bytes(flipped(part.read_bytes()))
            real(settings, file, *rest)

        monkeypatch.setattr(backups, "_check", harmed)
        with pytest.raises(Trouble):
            back_up(small.model_copy(update={"backup_recipient": recipient}), copy)
        monkeypatch.setattr(backups, "_check", real)
        assert copy.read_bytes() == before
        assert not list(tmp_path.glob(".copy.age*"))


def test_a_folder_of_copies_keeps_a_month_and_what_is_not_its_own(
    small: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    strange = ("hearth-2020-01-01.age.txt", "other-2020-01-01.age", "hearth-2020-99-99.age")
    recent = f"hearth-{today() - timedelta(days=30)}.age"
    for name in ("hearth-2020-01-01.age", recent, *strange):
        (folder / name).write_text("x")
    monkeypatch.setenv("HEARTH_DATABASE_URL", small.database_url)
    monkeypatch.setenv("HEARTH_SECRETS_DIR", str(small.secrets_dir))
    monkeypatch.setattr("app.upkeep.commands.settings", lambda: small)
    done = CliRunner().invoke(command, ["backup", "--into", str(folder), "--keep-days", "30"])
    assert done.exit_code == 0, done.output
    assert sorted(f.name for f in folder.iterdir()) == sorted([f"hearth-{today().isoformat()}.age", recent, *strange])


def test_when_all_other_copies_look_old_the_clock_may_be_wrong_and_none_goes(tmp_path: Path) -> None:
    told: list[str] = []
    for day in (today(), date(2020, 1, 1), date(2020, 1, 2)):
        (tmp_path / f"hearth-{day}.age").write_text("x")
    assert backups.drop_older(tmp_path, 30, told.append) == 0
    assert len(list(tmp_path.iterdir())) == 3
    assert ["clock" in line for line in told] == [True]
