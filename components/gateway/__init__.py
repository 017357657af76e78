"""The simulator of the API: an independent server that speaks the documented formats on a real socket.

It imports `components.core` and `components.params`, never `components.api`: a shared encoder would make
the same mistake on both ends and every test would be green. Path of a request:

``app`` (routes, body, key, limits) -> a wire (`chat_completions`: JSON to `Request`) -> `preparation`
(pictures decoded, prompt counted, cache asked) -> `reply` (lazy tokens: thinking, answer, calls; cut by
budget, stop and max_tokens) -> the wire again (events or one JSON) -> `delivery` (paced, watched).

A new wire is one file like `chat_completions.py` and one entry in `app.WIRES`. What goes wrong on demand is a
`Fault`, set by header or on `Simulator.behaviour` and applied to finished events by `fault_injection`. What is guessed
about the real gateway stands in `assumptions.py` and nowhere else.
"""
