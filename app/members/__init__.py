"""Who is speaking: accounts that lead to nobody, keyrings, sessions, and memberships that stand alone."""
