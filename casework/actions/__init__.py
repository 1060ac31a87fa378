"""What can be done with cases. Every change of state goes through advance (DESIGN 3)."""
