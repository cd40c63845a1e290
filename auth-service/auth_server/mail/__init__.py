"""Mail: a queue that is written with what it reports, and the task that hands it to the mail server."""
