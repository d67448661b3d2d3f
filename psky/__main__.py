"""`python -m psky` is `psky`."""

from psky.cli.main import main

main()
