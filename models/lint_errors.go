package models

// What is refused about files of listings.
var lintErrors = []*Error{}
