"""Wires the apps together; owns no rule of the trade."""
