"""Pictures and clips on their way to the model: checked, cleaned, made small. Nothing here asks the API.

A terminal command that sends only text must not wait for OpenCV (0.7 s), so `limits`, `signatures` and
`estimates` use the standard library alone, and `attachments` imports Pillow or OpenCV when a file calls for it.
"""
