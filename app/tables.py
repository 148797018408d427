"""Every table of the house, for migrations and checks."""

from app.appeals import models as appeals
from app.care import models as care
from app.foundation import turns
from app.foundation.db import Base
from app.groups import models as groups
from app.lab import models as lab
from app.lawful import models as lawful
from app.log import models as log
from app.members import models as members
from app.moderation import models as moderation
from app.notifications import models as notifications
from app.staff import models as staff
from app.stories import models as stories
from app.stories import shelves, talks

ROOMS = (
    appeals,
    care,
    groups,
    lab,
    lawful,
    log,
    members,
    moderation,
    notifications,
    shelves,
    staff,
    stories,
    talks,
    turns,
)
TABLES = Base.metadata.tables
