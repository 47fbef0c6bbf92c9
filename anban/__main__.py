"""``python -m anban``: the command. ``bin/anban`` is its wrapper."""

from anban.cli import main

if __name__ == "__main__":
    main()
