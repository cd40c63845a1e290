"""The summary as it changes, for everybody who watches it."""
