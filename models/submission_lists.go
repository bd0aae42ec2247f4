package models

// What is refused about submissions and their review.
var submissionErrors = []*Error{ErrOwnListing}

// What is recorded of submissions and their review.
var submissionActions = []AuditAction{}

// What people are told of submissions and their review.
var submissionNotices = []notice{}
