"""What the tests of customer service share."""

from service_shop import empty_database, gate, order_shop, own_shop

__all__ = ["empty_database", "gate", "order_shop", "own_shop"]
