"""The log of what staff did: append-only, chained by hashes, so that anybody can check that nothing was taken out."""
