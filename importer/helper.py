"""The process that makes a load's blocks (:mod:`importer.ahead`): python -m importer.helper FD

FD is a socket to the process that writes them.
"""

from __future__ import annotations

import os
import sys
from multiprocessing.connection import Connection
from typing import Final

import django

# Who writes holds others up, and so comes first; pages come before both.
STEPS_BACK: Final = 5


def main(number: str) -> None:
    os.nice(STEPS_BACK)
    django.setup()
    from importer.ahead import serve  # models can only be imported now

    with Connection(int(number)) as line:
        serve(line)


if __name__ == "__main__":
    main(sys.argv[1])
