"""What the vendor's backend passes to its operators, read from the files of a release."""
