package models

// What is refused about plans.
var planErrors = []*Error{}

// What is recorded of plans.
var planActions = []AuditAction{}

// What people are told of plans.
var planNotices = []notice{}
