package entry

import (
	"souk/models"
	"souk/templates/ui"
)

// JoinView is the form for an account, with what was typed.
type JoinView struct {
	Login, Mail, ReturnTo string
	Problems              ui.Problems
}

// SignInView is the form to sign in, with what was typed.
type SignInView struct {
	Login, ReturnTo string
	Problems        ui.Problems
}

// LinkView is a one-time link that signs in.
type LinkView struct{ Token, Login string }

// ResetView is the form for a forgotten password, with what was typed.
type ResetView struct {
	Login    string
	Problems ui.Problems
}

// NewPasswordView is the form for another password.
type NewPasswordView struct {
	Token, Login string
	Problems     ui.Problems
}

// VerifyView is a link that confirms a mail address.
type VerifyView struct {
	Token, Login, Mail string
	Purpose            models.Purpose
}
