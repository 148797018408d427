"""Care for whoever may be in danger, and for those who read about it: levels, wishes, who is on duty, how much is enough."""
