"""What the tests of customer service share."""

from service_shop import gate, order_shop, own_shop

__all__ = ["gate", "order_shop", "own_shop"]
