"""The model card as data, and the rules that read it. Everything about a parameter starts here."""
