"""What can be done in refunds beyond the steps of the case."""
