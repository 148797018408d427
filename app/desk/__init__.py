"""The moderators' desk: what waits for a person, who takes it, what they decide, and the log of it."""
