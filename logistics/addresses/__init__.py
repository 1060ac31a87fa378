"""Addresses that are to be changed (L9): the parts of an order, the ways of each, and how they are shown."""
