"""`python -m image_classifier.healthcheck`: exit 0 while the container's own endpoint answers /health, else 1.

The image has no curl. A container that trains serves nothing, so its PID 1 is looked at before the port.
"""

import os
import sys
import urllib.request
from pathlib import Path

from .names import PATHS
from .variables import Variables


def serves(command_line: bytes) -> bool:
    """Whether this is the command line of `serve`, the container's first process."""
    return b"serve" in command_line.split(b"\0")


def main() -> int:
    if not serves(Path("/proc/1/cmdline").read_bytes()):
        return 0
    port = os.environ.get("PORT") or Variables.port
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{PATHS['health']}", timeout=4) as answer:
            return 0 if answer.status == 200 else 1
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
