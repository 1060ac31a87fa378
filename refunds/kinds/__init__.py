"""The kinds of case of chapter R, one a file."""
