package models

import "slices"

// AuditActions lists every action that is recorded, in order. The pages of the
// log have a sentence for each, the message "audit.<action>".
func AuditActions() []AuditAction {
	return slices.Sorted(slices.Values(slices.Concat(accountActions, appActions, credentialActions, ownershipActions, pictureActions,
		draftActions, planActions, submissionActions, moderationActions, insightActions, claimActions,
		billingActions, orderActions, paymentActions, sellingActions, buyingActions, invoiceActions, moneyActions, hookActions,
		standingActions, installActions, installRequestActions, updateActions, oauthActions, appPolicyActions, oversightActions, installationTokenActions, appHookActions, followActions)))
}

// What is done to accounts and what belongs to them. The other lists stand
// beside their nouns.
var accountActions = []AuditAction{
	"account.reinstate", "account.suspend",
	"appearance.change",
	"audit_log.export",
	"collaborator.add", "collaborator.change", "collaborator.leave", "collaborator.remove",
	"data.export",
	"domain.add", "domain.fail", "domain.lose", "domain.remove", "domain.verify",
	"invitation.accept", "invitation.create", "invitation.decline", "invitation.resend", "invitation.withdraw",
	"member.add", "member.change_role", "member.leave", "member.remove", "member.restore",
	"notifications.change",
	"organization.change_mail", "organization.confirm_mail", "organization.create", "organization.delete", "organization.release_two_factor", "organization.rename", "organization.require_two_factor", "organization.unverify", "organization.update_privileges", "organization.update_profile", "organization.verify",
	"passkey.add", "passkey.copied", "passkey.remove", "passkey.rename",
	"password.remove",
	"profile.change",
	"recovery_codes.generate", "recovery_codes.use",
	"repository.archive", "repository.create", "repository.delete", "repository.describe", "repository.rename", "repository.transfer", "repository.transfer_cancel", "repository.transfer_decline", "repository.transfer_request", "repository.unarchive", "repository.visibility",
	"session.revoke",
	"staff.act", "staff.act_end", "staff.role",
	"token.create", "token.revoke",
	"two_factor.disable", "two_factor.enable",
	"user.create", "user.delete", "user.join", "user.mail_change", "user.mail_change_cancel", "user.mail_change_request", "user.mail_verify", "user.password_change", "user.password_reset", "user.rename", "user.sign_in", "user.sign_in_failed", "user.sign_in_link", "user.sign_out",
}
