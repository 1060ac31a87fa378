"""How dates and times are written: the same in both languages, sortable by eye."""
