//go:build !linux

package e2e

import "syscall"

// endWithParent keeps Ctrl-C from a child; only Linux can end it with its
// parent.
func endWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
