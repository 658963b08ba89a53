"""`python -m bot` is `postroom`."""

from bot.cli.start import main

if __name__ == "__main__":
    main()
