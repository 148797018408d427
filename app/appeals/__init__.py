"""What anybody may do about a decision, and what one moderator may not do alone: the nouns and how long they are kept."""
