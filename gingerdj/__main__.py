"""Run GingerDJ's commands without a project: `python -m gingerdj`."""

from gingerdj.core.management import execute_from_command_line

if __name__ == "__main__":
    execute_from_command_line()
