"""The list that refunds takes in: couriers' monthly statements."""
