"""Run GingerDJ's commands on this project."""

import os
import sys

from gingerdj.core.management import execute_from_command_line

os.environ.setdefault("GINGER_SETTINGS_MODULE", "hello.settings")

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
