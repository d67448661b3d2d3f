"""PurpleSky: machine-learning-driven liquidity provision on crypto perpetuals, in a terminal."""

__version__ = "0.1.0"
