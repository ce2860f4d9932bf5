"""`rebel.triton.language.extra.rbln.libdevice`."""
