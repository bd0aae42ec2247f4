package models

// PayloadUserOf is an account as GitHub's webhooks and API tell of people.
func PayloadUserOf(a HookAccount, base string) PayloadUser { return payloadUser(a, base) }
