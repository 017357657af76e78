"""Tuning with evidence: columns side by side, sweeps with a price and a brake, scores, and what each parameter does."""
