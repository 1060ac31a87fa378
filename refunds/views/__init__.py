"""The pages of refunds, one noun a file."""
