"""System checks that refuse an impossible kind."""
