"""Text of others on the page: `drawing` puts it there, `support` holds the style and the script that it needs."""
