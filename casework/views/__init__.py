"""The pages of casework, one noun a file."""
