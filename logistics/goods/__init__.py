"""Pieces in parcels: which are claimed to be missing or wrong, and what was weighed (L5)."""
