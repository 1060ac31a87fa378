"""The pages of orders, one noun a file."""
