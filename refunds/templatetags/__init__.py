"""Template tags of refunds."""
