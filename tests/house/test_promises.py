"""What members are told on the page about privacy is what is kept: every table has its line, and every time is the real one."""

import re

import pytest
from bs4 import BeautifulSoup

from app.due import DUE
from app.foundation.settings import Settings
from app.groups import trials
from app.log import purging as log
from app.members import purging as members
from app.notifications import purging as notifications
from app.stories import leaving, past_cases
from app.stories import purging as stories
from app.tables import TABLES
from app.welcome.promises import kept
from tests.conftest import Running

NEVER_ENDS = {
    "former_names",
    "memberships",
    "decisions",
    "findings",
    "log_entries",
    "log_anchors",
    "groups",
    "guidelines",
    "guideline_items",
    "own_rules",
    "rule_choices",
    "site_settings",
    "assessments",
    "rule_marks",
    "rule_events",
}
NUMBER = re.compile(r"\d+")


@pytest.mark.measures("A-17")
def test_every_table_has_a_line() -> None:
    told = {table for line in kept(Settings()) for table in line.tables}
    assert told == set(TABLES)
    assert len(told) > 25


@pytest.mark.measures("A-17")
def test_nothing_is_said_to_be_kept_in_another_way_than_it_is() -> None:
    ends = {
        "accounts": [str(members.UNOPENED_MONTHS)],
        "sessions": [str(Settings().own_days), str(Settings().shared_hours)],
        "departures": [str(leaving.MOST_HOURS)],
        "notices": [str(notifications.NOTICE_DAYS)],
        "invitations": [str(Settings().invitation_days)],
        "story_versions": [str(stories.UNREAD_DAYS)],
        "cases": [str(past_cases.ORIGINAL_DAYS)],
        "snapshots": [str(past_cases.ORIGINAL_DAYS)],
        "flags": [str(past_cases.FLAG_DAYS)],
        "rule_trials": [str(trials.TRIAL_DAYS)],
        "deletions": [str(log.DELETION_DAYS + log.MOST_DAYS_LATER)],
    }
    said = {table: [n for line in kept(Settings()) if table in line.tables for n in NUMBER.findall(line.how_long)]
            for table in ends}  # fmt: skip
    assert said == ends
    assert past_cases.CASE_DAYS == 365, "“a year” is said"
    assert members.UNOPENED_MONTHS == 18
    assert log.COPY_DAYS < log.DELETION_DAYS


def test_what_is_said_to_stay_is_what_no_act_of_the_clock_takes() -> None:
    stays = {t for line in kept(Settings()) if line.how_long.startswith(("Always", "It stays")) for t in line.tables}
    assert stays - {"limits"} == NEVER_ENDS
    assert not {one.name for one in DUE} & NEVER_ENDS


@pytest.mark.measures("A-17")
def test_the_page_says_all_of_it_to_everybody(hearth: Running) -> None:
    page = hearth.visitor().open("/").follow("Privacy").page
    rows = [
        [" ".join(cell.get_text().split()) for cell in row.find_all(["th", "td"])] for row in page.select("tbody tr")
    ]
    assert rows == [[line.what, line.why, line.how_long] for line in kept(Settings())]
    assert f"for {log.COPY_DAYS} days at most" in BeautifulSoup(str(page), "html.parser").get_text()
