package paths

// Handing a listing in, and the reviewers' queue.
