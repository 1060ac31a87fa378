"""The API of refunds: asking, listing, and the register. Deciding is a step of the case."""
