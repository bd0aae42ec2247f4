package models

// What is refused about reports, take-downs and appeals.
var moderationErrors = []*Error{}

// What is recorded of reports, take-downs and appeals.
var moderationActions = []AuditAction{}

// What people are told of reports, take-downs and appeals.
var moderationNotices = []notice{}
