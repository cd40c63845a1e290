"""The one exception that ends a command with a sentence instead of a traceback."""


class LauncherError(Exception):
    """Something the person at the terminal can mend; the text says what is wrong and the remedy."""
