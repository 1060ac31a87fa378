"""The back office of orders: accounts, shops, orders as received, imports."""

from orders.admin import imports, orders, people, shops, tokens

__all__ = ["imports", "orders", "people", "shops", "tokens"]
