"""A house of many rooms under load: the hub and its satellites in processes of their own, on loopback."""
