package models

import "time"

// How apps say who they are: by a JSON web token that they sign with one of their
// private keys.
const (
	AppTokenLifetime = 10 * time.Minute // how far ahead it may expire
	AppTokenSkew     = time.Minute      // by which clocks may differ
)

// Errors of apps' tokens and of what their clients send, told apart because clients
// do.
var (
	ErrAppToken       = &Error{Kind: Unauthenticated, Code: "app_token"}
	ErrAppTokenFar    = &Error{Kind: Unauthenticated, Code: "app_token_far"}
	ErrAppTokenExpiry = &Error{Kind: Unauthenticated, Code: "app_token_expiry"}
	ErrAppTokenIssued = &Error{Kind: Unauthenticated, Code: "app_token_issued"}
	ErrAppNoKey       = &Error{Kind: Unauthenticated, Code: "app_no_key"}
	ErrAgentNeeded    = &Error{Kind: Forbidden, Code: "agent_needed"}
	ErrAPIVersion     = &Error{Kind: Invalid, Code: "api_version"}
	ErrAppUnknown     = &Error{Kind: NotFound, Code: "app_unknown"}
)

var appTokenErrors = []*Error{ErrAppToken, ErrAppTokenFar, ErrAppTokenExpiry, ErrAppTokenIssued, ErrAppNoKey, ErrAppUnknown, ErrAgentNeeded, ErrAPIVersion}
