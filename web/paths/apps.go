package paths

// Registered apps: their settings, permissions and events, and manifests.
