package models

// What is refused about claims of imported listings.
var claimErrors = []*Error{}

// What is recorded of claims of imported listings.
var claimActions = []AuditAction{}

// What people are told of claims of imported listings.
var claimNotices = []notice{}
