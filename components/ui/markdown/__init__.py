"""Text of others on the page: `drawing` draws it, `support` adds the style and the script that it needs."""
