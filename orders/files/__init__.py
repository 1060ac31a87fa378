"""What a file is, and its rows: nothing here knows the database."""
