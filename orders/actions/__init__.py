"""What can be done with shops, orders and their files: one verb a file."""
