"""Becomes the given command, after asking Linux to end it when its parent (the first argument) dies."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h; the request outlives exec


def main(parent: str, command: list[str]) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(parent):
        sys.exit("the launcher ended before its child could start")
    os.execvp(command[0], command)  # noqa: S606 - the launcher's own command line, no shell


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
