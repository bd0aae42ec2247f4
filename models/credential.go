package models

// What is refused about client secrets and private keys.
var credentialErrors = []*Error{}

// What is recorded of client secrets and private keys.
var credentialActions = []AuditAction{}

// What people are told of client secrets and private keys.
var credentialNotices = []notice{}
