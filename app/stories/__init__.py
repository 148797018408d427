"""Stories, the replies of peers, and gestures of support: words that went through the gate."""
