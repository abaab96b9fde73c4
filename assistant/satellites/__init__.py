"""Other boxes and other systems: what comes in over the network, and what we offer to it."""
