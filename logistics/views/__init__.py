"""The pages and doors of logistics."""
