"""Reply scripts (S4.1): their variables, filling them from a case, and finding the one that fits."""
