"""Search: finds what was said, in all of a person's own messages."""
