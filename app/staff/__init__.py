"""Staff at the door: the second factor that wakes a role, and how roles are given and taken by two."""
