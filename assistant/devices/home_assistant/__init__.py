"""Home Assistant as a `ports.Home`, over its WebSocket API.

door (url → where to connect) and token_file; frames (bytes ⇄ messages) and link (one connection); entities
(live states) and registries (areas, floors, names, exposure), asked for in reading; asides (lists' items,
forecasts); directory (all of it → our devices); reported (an entity → DeviceState), services (act → service
calls), colors and units, pure; session (what one link tells, kept so); keeper (connect, and again after a
loss); home (the port).
"""
