#!/usr/bin/env python3
"""Earshot's command line."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    # Commands (migrations above all) may take longer than a request.
    os.environ.setdefault("STATEMENT_TIMEOUT_MS", "0")
    execute_from_command_line(sys.argv)
