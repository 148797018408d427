"""Keeping the place alive: bringing it up, and checking that nothing in it was changed."""
