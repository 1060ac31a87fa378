"""What is asked for: the wish as it is written and read, what it is held to, and what it would do."""
