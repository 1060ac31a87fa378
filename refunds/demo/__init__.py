"""A shop to look at: invented people, their orders as the platform would export them, and cases worked by real steps."""
