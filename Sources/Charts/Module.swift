// Placeholder until this module's first commit.
