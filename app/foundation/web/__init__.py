"""The web's plumbing: forms, sessions' cookie, forged requests, headers, templates, error pages."""
