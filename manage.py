#!/usr/bin/env python
"""Django's commands."""

import sys

from django.core.management import execute_from_command_line

from config import env

if __name__ == "__main__":
    env.load()
    try:
        execute_from_command_line(sys.argv)
    except env.WrongSettingsError as error:
        env.fail(error)
