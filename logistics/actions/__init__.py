"""What can be done in logistics beyond the steps of its cases."""
