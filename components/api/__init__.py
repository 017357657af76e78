"""The client of the API: connection, sending, retrying, reading. The only folder that imports an HTTP library."""
