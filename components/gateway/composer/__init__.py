"""Writes the simulated replies: what was asked and measured, in words chosen by the sampler.

`brief` gathers what is known of a request, `tasks` finds out what is asked and does it, `thinking` and
`answer` put the two texts together block by block, `numbers` fills exact lengths with things it computes.
Nothing here claims knowledge: every statement is computed from the request or marked as missing.
"""
