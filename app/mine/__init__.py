"""A member's own home: what crosses groups is seen here alone, by its owner."""
