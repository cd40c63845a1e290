"""Recovery: a new password for who forgot theirs, by a link that is mailed or that an administrator makes."""
