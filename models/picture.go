package models

// What is refused about pictures.
var pictureErrors = []*Error{}

// What is recorded of pictures.
var pictureActions = []AuditAction{}
