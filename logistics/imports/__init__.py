"""The lists that logistics takes in beside those of orders: shipping lists with weights, and traces as files."""
