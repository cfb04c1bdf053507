"""Where an activation stops responding, and the hard version that does so exactly."""
