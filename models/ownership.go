package models

// What is refused about managers, transfer and deletion of apps.
var ownershipErrors = []*Error{}

// What is recorded of managers, transfer and deletion of apps.
var ownershipActions = []AuditAction{}

// What people are told of managers, transfer and deletion of apps.
var ownershipNotices = []notice{}
