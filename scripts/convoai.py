"""Entry of every script: refuses an old Python in one sentence, then hands over to the launcher package."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - it is there to be told to an old Python
    sys.exit(
        "Python 3.11 or newer is needed, this one is "
        + ".".join(map(str, sys.version_info[:2]))
        + ": install it from https://www.python.org/downloads/ and run the command again."
    )

from launcher.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
