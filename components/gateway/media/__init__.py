"""What the simulator sees: pictures and clips decoded and measured."""
