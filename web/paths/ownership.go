package paths

// Managers, transfer and deletion of apps, and their public history.
