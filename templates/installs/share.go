package installs

import "github.com/a-h/templ"

// Choose is the choice of repositories within a form of another page; problem is what
// is wrong with it.
func Choose(c *Chooser, problem string) templ.Component { return chooser(c, problem) }
