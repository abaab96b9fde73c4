"""`assistant satellite`: microphone and loudspeaker of a room on a small board, without engines of its own
but for the wake word."""
