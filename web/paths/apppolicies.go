package paths

// OrgAppPolicyPat is which apps an organization lets in.
const OrgAppPolicyPat = orgSettings + "/app_policy"

// AppPolicy is the page of which apps an organization lets in.
func AppPolicy(organization string) string { return OrgSettings(organization, "app_policy") }
