"""`POST /events`: takes batches of events from the other services."""
