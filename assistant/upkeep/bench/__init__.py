"""The bench: how soon the house answers, measured through its own road, and what that costs."""
