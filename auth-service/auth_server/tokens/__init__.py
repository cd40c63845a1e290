"""Access tokens: signing in with name and password."""
