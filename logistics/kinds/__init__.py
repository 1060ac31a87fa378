"""The kinds of case of chapter L, one a file."""
