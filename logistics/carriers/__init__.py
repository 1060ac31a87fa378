"""What couriers' data services send, read into our own words. No database here."""
