"""How much may be spent, by whom, and what was: reserved before an answer, settled after it."""
