"""Who answers: the badge on every page, and the dialog that chooses another."""
