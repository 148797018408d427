"""All that is due by the clock, of every room: here an act is added, with one line, and nowhere else.

`Due(name, act, every)`: the name is a row of the table `turns`; the act takes the home and returns how many things it did
(app/foundation/clock.py says what it must hold to); without `every` it is done once a night. `for_good` for what deletes
by age: it rests for a while after the clock leapt. `alone` for what nobody may write beside on SQLite. `purge(…)` makes an
act of a function that deletes some of what is due.
"""

from app.appeals import purging as appeals
from app.care.alerts import alert_due
from app.care.purging import given_wishes, old_debriefs, past_duties
from app.foundation.clock import HOUR, MINUTE, Due
from app.groups.trials import old_trials
from app.lab.watching import watch
from app.lawful.reviews import remind
from app.log.purging import old_deletions
from app.members import purging as members
from app.mine.closing import depart_due
from app.notifications.purging import old_notices
from app.staff import purging as staff
from app.stories import past_cases
from app.stories.filing import file_all
from app.stories.purging import unread_words
from app.stories.talks import old_talks
from app.stories.tidying import tidy
from app.upkeep.journal import write_out
from app.upkeep.retention import anchor_log, close_unopened, purge
from app.upkeep.rewriting import checkpoint, rewrite

WORDS_AT_ONCE = 25

DUE: tuple[Due, ...] = (
    Due("tickets", purge("tickets", members.spent_tickets), HOUR, for_good=True),
    Due("guesses", purge("guesses", members.past_guesses), MINUTE),
    Due("kept answers", purge("kept answers", members.old_answers), HOUR, for_good=True),
    Due("sessions", purge("sessions", members.old_sessions), HOUR, for_good=True),
    Due("invitations", purge("invitations", members.old_invitations), HOUR, for_good=True),
    Due("role proposals", purge("role proposals", staff.old_proposals), HOUR, for_good=True),
    Due("idle factors", purge("idle factors", staff.idle_factors), HOUR),
    Due("limits", purge("limits", members.ended_limits), HOUR, for_good=True),
    Due("unopened accounts", purge("unopened accounts", close_unopened), HOUR, for_good=True),
    Due("notices", purge("notices", old_notices), HOUR, for_good=True),
    Due("unread words", purge("unread words", unread_words, WORDS_AT_ONCE), HOUR, for_good=True),
    Due("appeals", purge("appeals", appeals.old_appeals), HOUR, for_good=True),
    Due("second persons", purge("second persons", appeals.old_proposals), HOUR, for_good=True),
    Due("openings", purge("openings", appeals.past_openings), HOUR, for_good=True),
    Due("notices from outside", purge("notices from outside", appeals.old_outside_notices), HOUR, for_good=True),
    Due("sealed copies", purge("sealed copies", past_cases.old_snapshots), HOUR, for_good=True),
    Due("sealed originals", purge("sealed originals", past_cases.old_originals), HOUR, for_good=True),
    Due("flags", purge("flags", past_cases.old_flags), HOUR, for_good=True),
    Due("notes", purge("notes", past_cases.old_notes), HOUR, for_good=True),
    Due("talks", purge("talks", old_talks), HOUR, for_good=True),
    Due("cases", purge("cases", past_cases.old_cases), HOUR, for_good=True),
    Due("deletions", purge("deletions", old_deletions), HOUR, for_good=True),
    Due("trial counts", purge("trial counts", old_trials), HOUR, for_good=True),
    Due("past duties", purge("past duties", past_duties), HOUR, for_good=True),
    Due("given wishes", purge("given wishes", given_wishes), HOUR, for_good=True),
    Due("debriefs", purge("debriefs", old_debriefs), HOUR, for_good=True),
    Due("alerts", alert_due, MINUTE),
    Due("departures", depart_due, MINUTE),
    Due("new words", file_all, MINUTE),
    Due("journal of deletions", write_out, MINUTE),
    Due("rules that overstep", watch),
    Due("log anchors", anchor_log),
    Due("reminders", remind),
    Due("search index", tidy),
    Due("rewrite", rewrite, alone=True),
    Due("checkpoint", checkpoint, HOUR, alone=True),
)
"""In the order in which they are done: what deletes before what clears the files."""
