package models

// Difference is what a content changes of another one, field by field. Where
// there is no other one, everything is new.
type Difference struct {
	Parts    []ListingPart // that changed
	Texts    []TextChange
	Lists    []ListChange
	Pictures []PictureChange
	Plans    []PlanChange
	Access   *AccessDifference // nil where the app asks for the same
}

// TextChange is a field of text. Field is as in Finding.
type TextChange struct {
	Field         string
	Before, After string
	Spans         []Span
}

// ListChange is a field that holds several values.
type ListChange struct {
	Field           string
	Gone, New, Kept []string
}

// PictureChange is a picture; a hash is "" where there is none.
type PictureChange struct {
	Field                       string
	Before, After               string // hashes
	CaptionBefore, CaptionAfter string
}

// PlanChange is a plan: new where Before is nil, gone where After is.
type PlanChange struct{ Before, After *PlanTerm }

// AccessDifference is what the app asks for, before and after.
type AccessDifference struct {
	Permissions  []PermissionChange
	Events       ListChange
	Scopes       ListChange
	Files        ListChange
	Before       Risk
	After        Risk
	First        bool // there was no access before
	Broader      bool // those who have installed it are asked to agree
	AskedNothing bool
}

// PermissionChange is a permission with its levels, "" for none.
type PermissionChange struct {
	Name          string
	Before, After Level
}

// Span is a piece of text that stayed, went or came.
type Span struct {
	Op   Op
	Text string
}

// Op is what became of a piece of text.
type Op int8

// What may have become of it.
const (
	OpGone Op = -1
	OpSame Op = 0
	OpNew  Op = 1
)
