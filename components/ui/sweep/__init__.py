"""The page that sweeps: set up, price tag, progress, results; the experiment on thinking, and the probe."""
