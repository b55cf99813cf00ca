"""What the office and its leaders look through: searches, lists narrowed by filters, the day's figures."""
