"""From an address to a story, a reply, a group or a draft: or there is nothing here."""

from typing import Annotated

from fastapi import Depends, Request

from app.foundation.web.transaction import Db
from app.groups import queries as groups
from app.groups.models import Group
from app.members.deps import ApiMember, PageMember, bearer_token, must_be_found
from app.members.seeing import Seeing
from app.stories import drafts, queries
from app.stories.drafts import Draft
from app.stories.models import Reply, Story


def _story(story_id: str, db: Db, member: PageMember) -> Story:
    found: Story = must_be_found(queries.story_for(db, member, story_id))
    return found


def _own_story(story_id: str, db: Db, member: PageMember) -> Story:
    story = _story(story_id, db, member)
    found: Story = must_be_found(story if member.owns(story.membership_id) else None)
    return found


def _reply(reply_id: str, db: Db, member: PageMember) -> Reply:
    found: Reply = must_be_found(queries.reply_for(db, member, reply_id))
    return found


def _own_reply(reply_id: str, db: Db, member: PageMember) -> Reply:
    reply = _reply(reply_id, db, member)
    found: Reply = must_be_found(reply if member.owns(reply.membership_id) else None)
    return found


def _draft(draft_id: str, db: Db, member: PageMember) -> Draft:
    found: Draft = must_be_found(drafts.find(db, member, draft_id))
    return found


def _group(group_id: str, db: Db, member: PageMember) -> Group:
    found: Group = must_be_found(groups.readable_by(db, member, group_id=group_id))
    return found


def _group_by_slug(slug: str, db: Db, member: ApiMember) -> Group:
    found: Group = must_be_found(groups.readable_by(db, member, slug=slug))
    return found


def _api_story(story_id: str, db: Db, member: ApiMember) -> Story:
    found: Story = must_be_found(queries.story_for(db, member, story_id))
    return found


def _api_reply(reply_id: str, db: Db, member: ApiMember) -> Reply:
    found: Reply = must_be_found(queries.reply_for(db, member, reply_id))
    return found


async def seeing_ahead(request: Request) -> Seeing:
    """Whoever writes, while they write: their words are looked at as they come, and no page is opened."""
    return Seeing(request, ahead=True)


async def seeing_ahead_by_token(request: Request, token: Annotated[str, Depends(bearer_token)]) -> Seeing:
    return Seeing(request, token, ahead=True)


AheadDep = Annotated[Seeing, Depends(seeing_ahead)]
ApiAheadDep = Annotated[Seeing, Depends(seeing_ahead_by_token)]
StoryAt = Annotated[Story, Depends(_story)]
OwnStory = Annotated[Story, Depends(_own_story)]
ReplyAt = Annotated[Reply, Depends(_reply)]
OwnReply = Annotated[Reply, Depends(_own_reply)]
DraftAt = Annotated[Draft, Depends(_draft)]
GroupAt = Annotated[Group, Depends(_group)]
ApiGroup = Annotated[Group, Depends(_group_by_slug)]
ApiStory = Annotated[Story, Depends(_api_story)]
ApiReply = Annotated[Reply, Depends(_api_reply)]
