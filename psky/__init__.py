"""PurpleSky: machine-learning-driven liquidity provision on crypto perpetuals, in a terminal."""

import os

__version__ = "0.1.0"

# One thread for numpy's linear algebra, where numpy comes after this: several split their sums by the number of cores,
# so that results would depend on the machine, and on columns as small as psky's they mostly wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
