"""Makes the pages of the documentation that are written nowhere, but come from the code they are about."""
