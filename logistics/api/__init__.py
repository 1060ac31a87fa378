"""The API of logistics, one noun a file."""
