"""Intake (L0.1, L0.5): what was pasted, what of it our shops know, and what somebody most likely means by it. Changes nothing."""
