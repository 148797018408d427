"""What every room stands on: settings, the database, keys, errors, and the web's plumbing."""
