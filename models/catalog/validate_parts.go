package catalog

import (
	"regexp"
	"strings"

	"souk/models"
)

func (e *ListingEntry) checkPlans(c *check) {
	if len(e.Plans) > models.MaxPlans {
		c.fail("plans", "has more than "+itoa(models.MaxPlans)+" plans")
	}
	names, numbers := map[string]bool{}, map[int]bool{}
	for i := range e.Plans {
		checkPlan(&e.Plans[i], c, "plans["+itoa(i)+"]")
		if names[e.Plans[i].Name] {
			c.fail("plans", "names "+quote(e.Plans[i].Name)+" twice")
		}
		names[e.Plans[i].Name] = true
		if n := e.Plans[i].Number; n > 0 && numbers[n] {
			c.fail("plans", "has the number "+itoa(n)+" twice")
		}
		numbers[e.Plans[i].Number] = true
	}
}

func checkPlan(p *models.PlanTerm, c *check, at string) {
	c.text(at+".name", p.Name, true, models.MaxName)
	c.text(at+".description", p.Description, false, models.MaxIntroduction)
	c.oneOf(at+".kind", string(p.Kind), string(models.PlanFree), string(models.PlanFlatRate), string(models.PlanPerUnit))
	c.list(at+".bullets", p.Bullets, models.MaxBullets, 200)
	c.date(at+".as_of", p.AsOf)
	if p.Audience != "" {
		c.oneOf(at+".audience", string(p.Audience), string(models.AudienceEveryone), string(models.AudienceUsers), string(models.AudienceOrganizations))
	}
	if p.State != "" {
		c.oneOf(at+".state", string(p.State), string(models.PlanDraft), string(models.PlanPublished), string(models.PlanRetired))
	}
	if p.PricePolicy != "" {
		c.oneOf(at+".price_policy", string(p.PricePolicy), string(models.PriceKeep), string(models.PriceMove))
	}
	if n := p.NoticeDays; n != nil && (*n < 0 || *n > models.MaxNoticeDays) {
		c.fail(at+".notice_days", "is not between 0 and "+itoa(models.MaxNoticeDays))
	}
	if p.Number < 0 {
		c.fail(at+".number", "is below zero")
	}
	checkUnits(p, c, at)
	checkPrices(p, c, at)
}

func checkUnits(p *models.PlanTerm, c *check, at string) {
	for field, v := range map[string]*int64{"min_units": p.MinUnits, "max_units": p.MaxUnits} {
		if v != nil && (*v < 1 || *v > models.MaxPlanUnits) {
			c.fail(at+"."+field, "is not between 1 and "+itoa(models.MaxPlanUnits))
		}
	}
	if p.MinUnits != nil && p.MaxUnits != nil && *p.MinUnits > *p.MaxUnits {
		c.fail(at+".max_units", "is less than min_units")
	}
	if v := p.Capacity; v != nil && (*v < 1 || *v > models.MaxPlanCapacity) {
		c.fail(at+".capacity", "is not between 1 and "+itoa(models.MaxPlanCapacity))
	}
}

func checkPrices(p *models.PlanTerm, c *check, at string) {
	for field, v := range map[string]*int64{"monthly_minor": p.MonthlyMinor, "yearly_minor": p.YearlyMinor} {
		if v != nil && (*v < 0 || *v > models.MaxPriceMinor) {
			c.fail(at+"."+field, "is out of range")
		}
		if v != nil && *v != 0 && p.Kind == models.PlanFree {
			c.fail(at+"."+field, "is a price of a free plan")
		}
	}
	if p.Kind != models.PlanFree && p.MonthlyMinor == nil && p.YearlyMinor == nil {
		c.fail(at, "has no price")
	}
	if p.Kind == models.PlanPerUnit && strings.TrimSpace(p.UnitName) == "" {
		c.fail(at+".unit_name", "is missing")
	}
	if p.Currency != "" && !validCurrency(p.Currency) {
		c.fail(at+".currency", quote(p.Currency)+" is not an ISO 4217 code")
	}
	if p.TrialDays < 0 || p.TrialDays > models.MaxTrialDays {
		c.fail(at+".trial_days", "is not between 0 and "+itoa(models.MaxTrialDays))
	}
	if p.TrialDays > 0 && p.Kind == models.PlanFree {
		c.fail(at+".trial_days", "is a trial of a free plan")
	}
}

func (e *ListingEntry) checkPictures(c *check) {
	if len(e.Screenshots) > models.MaxScreenshots {
		c.fail("screenshots", "has more than "+itoa(models.MaxScreenshots)+" pictures")
	}
	for _, p := range e.pictures() {
		if (p.picture.File == "") == (p.picture.Hash == "") {
			c.fail(p.field, "needs either a file or a hash")
		}
		if p.picture.File != "" && !localFile(p.picture.File) {
			c.fail(p.field+".file", "leaves the folder of the imported file")
		}
		c.text(p.field+".caption", p.picture.Caption, false, models.MaxCaption)
	}
	c.colour("logo_backdrop", e.LogoBackdrop)
	if e.Feature != nil {
		c.colour("feature.text_color", e.Feature.TextColor)
	}
}

var sixDigits = regexp.MustCompile(`^[0-9a-fA-F]{6}$`)

func (c *check) colour(field, s string) {
	if s != "" && !sixDigits.MatchString(s) {
		c.fail(field, quote(s)+" is not a colour of six hexadecimal digits")
	}
}

func (e *ListingEntry) checkContacts(c *check) {
	if len(e.Contacts) > models.MaxContacts {
		c.fail("contacts", "has more than "+itoa(models.MaxContacts)+" entries")
	}
	for i, k := range e.Contacts {
		at := "contacts[" + itoa(i) + "]"
		c.oneOf(at+".role", string(k.Role), string(models.ContactTechnical), string(models.ContactSecurity), string(models.ContactMarketing), string(models.ContactFinance))
		c.text(at+".name", k.Name, false, models.MaxContactName)
		if _, err := models.ParseMail(k.Mail); err != nil {
			c.fail(at+".mail", quote(k.Mail)+" is not a mail address")
		}
	}
}

func (e *ListingEntry) checkData(c *check) {
	for field, s := range map[string]string{
		"accessed": e.Data.Accessed, "where": e.Data.Where, "retention": e.Data.Retention, "third_parties": e.Data.ThirdParties,
	} {
		c.text("data."+field, s, false, models.MaxDataAnswer)
	}
	if e.Purchase != "" {
		c.oneOf("purchase", string(e.Purchase), string(models.PurchaseHere), string(models.PurchaseDirect))
	}
	c.address("purchase_url", e.PurchaseURL)
	if e.Purchase == models.PurchaseDirect && e.PurchaseURL == "" {
		c.fail("purchase_url", "is missing")
	}
}
