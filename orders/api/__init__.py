"""The API of orders, and what the APIs of all apps stand on: tokens, strict input, the frame of a view."""
