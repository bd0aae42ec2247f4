package main

import "syscall"

// endWithParent makes a child end when this program does, however it ends. A
// group of its own keeps Ctrl-C from it.
func endWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
