"""How events get here: what the senders report of theirs, and how long events take."""
