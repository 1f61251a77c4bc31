"""The process that makes a load's blocks (:mod:`importer.ahead`): python -m importer.helper FD

FD is a socket to the process that writes them.
"""

from __future__ import annotations

import sys
from multiprocessing.connection import Connection

import django


def main(number: str) -> None:
    django.setup()
    from importer.ahead import serve  # models can only be imported now

    with Connection(int(number)) as line:
        serve(line)


if __name__ == "__main__":
    main(sys.argv[1])
