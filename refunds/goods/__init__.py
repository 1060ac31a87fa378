"""Goods beside the money: what comes back, what is sent along, what is not there."""
