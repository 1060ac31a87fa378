"""Claims against couriers: what they owe, the papers, the letter, the lists (L13)."""
