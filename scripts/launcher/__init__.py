"""Sets up, starts, stops and checks ConvoAI; standard library only, since it runs before anything is installed."""
