"""A desk at which everything happens in any order, as a machine whose rules hypothesis plays (tests/test_walks.py)."""
