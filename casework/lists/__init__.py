"""Lists of cases: whose turn, which rows, which filters and columns."""
