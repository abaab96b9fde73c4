"""Home Assistant as a `ports.Home`, over its WebSocket API.

door (url → where to connect) and token_file; frames (bytes ⇄ messages) and link (one connection); entities
(live states) and registries (areas, floors, names, exposure); directory (both → our devices); reported (an
entity → DeviceState) and services (act → service calls), pure; session (all read over one link, kept so);
keeper (connect, and again after a loss); home (the port).
"""
