package e2e

import "syscall"

// endWithParent makes a child end when the tests do, however they end.
func endWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
