"""The one entrance for every command in this folder; see startup/commands.py."""

import sys

from startup.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
