package models

// What is refused about apps.
var appErrors = []*Error{}

// What is recorded of apps.
var appActions = []AuditAction{}

// What people are told of apps.
var appNotices = []notice{}
