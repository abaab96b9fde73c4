"""Voice devices that speak ESPHome's native API, as rooms of the house."""
