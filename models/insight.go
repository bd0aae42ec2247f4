package models

// What is refused about counting.
var insightErrors = []*Error{}

// What is recorded of counting.
var insightActions = []AuditAction{}
