"""Writes the simulated replies: what was asked and measured, in words chosen by the sampler.

`context` holds what is known of a request, `outline` chooses what the reply is about, `thinking` and `answer` write
the two texts block by block. Every statement is computed from the request or marked as a sample; nothing claims
knowledge.
"""
