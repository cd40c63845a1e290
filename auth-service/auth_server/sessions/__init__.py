"""Sessions: one for each sign-in, carried on by refresh tokens, listed and ended by their user."""
