"""Backing off: who guesses passwords waits longer and longer, kept in the database."""
