"""What the hub and its own satellites share: frames, keys, the pairing, one link."""
