package paths

// Plans of drafts, price history, and trying a purchase.
