package paths

// Client secrets and private keys of apps.
