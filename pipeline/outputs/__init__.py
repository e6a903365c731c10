"""What people receive: workbooks from the tables of `warehouse`; it computes no figure of its own."""
