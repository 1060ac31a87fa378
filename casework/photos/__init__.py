"""Photos as evidence: which are asked for, how they come in, what is alike, how they are shown."""
