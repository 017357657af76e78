"""The three endpoints, one file each: JSON to a request, and a reply to events or to one object."""
