"""Finance's books: the register, what is to be paid, and how our books meet the platform's."""
