"""The sidebar: endpoint, system prompt, tools, presets, and each documented parameter with its widget."""
