"""Functions of released packages, without installing the packages."""
