"""Checking a reply before it is copied or sent (S4.2), and the promises in it (S1.4)."""
