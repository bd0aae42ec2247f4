package models

// What is refused about drafts of listings.
var draftErrors = []*Error{}

// What is recorded of drafts of listings.
var draftActions = []AuditAction{}

// What people are told of drafts of listings.
var draftNotices = []notice{}
