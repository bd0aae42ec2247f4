//go:build linux

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// tick is the unit of processor time in /proc: USER_HZ, which is 100 on every
// machine that Go runs on.
const tick = 10 * time.Millisecond

// process is one line of the table of processes. Time includes that of its
// children which have ended, so that a sum over a family forgets nobody.
type process struct {
	pid, parent int
	time        time.Duration
}

// processes reads the table of all processes.
func processes() []process {
	entries, _ := os.ReadDir("/proc")
	var all []process
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		text, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil {
			continue // it has ended
		}
		if p, ok := parseProcess(text); ok {
			p.pid = pid
			all = append(all, p)
		}
	}
	return all
}

// parseProcess reads /proc/PID/stat, where the name may hold anything.
func parseProcess(text []byte) (p process, ok bool) {
	end := bytes.LastIndexByte(text, ')')
	if end < 0 {
		return p, false
	}
	f := strings.Fields(string(text[end+1:])) // from field 3, the state, on
	if len(f) < 15 {
		return p, false
	}
	p.parent, _ = strconv.Atoi(f[1])
	for _, s := range f[11:15] { // utime, stime, cutime, cstime
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return p, false
		}
		p.time += time.Duration(n) * tick
	}
	return p, true
}

// clock is the processor time that families of processes have used, and the
// machine.
type clock struct {
	at    time.Time
	own   map[int]time.Duration // by the pid of the head of a family
	bench time.Duration         // everything below this process, and itself
	all   time.Duration         // of all processes
	steal time.Duration         // taken by the host of a virtual machine
}

// readClock sums up the families whose heads are given.
func readClock(heads ...int) clock {
	c := clock{own: map[int]time.Duration{}}
	all := processes()
	children := map[int][]int{}
	byPID := map[int]process{}
	for _, p := range all {
		children[p.parent] = append(children[p.parent], p.pid)
		byPID[p.pid] = p
		c.all += p.time
	}
	for _, h := range heads {
		c.own[h] = family(h, children, byPID)
	}
	c.bench = family(os.Getpid(), children, byPID)
	c.steal = stolen()
	c.at = time.Now()
	return c
}

func family(head int, children map[int][]int, byPID map[int]process) time.Duration {
	sum := byPID[head].time
	for _, pid := range children[head] {
		sum += family(pid, children, byPID)
	}
	return sum
}

// foreign is how many processors were used by others between two readings. It
// adds up processes, because the sums in /proc/stat are samples that miss what
// happens between the ticks.
func (c clock) foreign(before clock) float64 {
	others := (c.all - c.bench) - (before.all - before.bench) + (c.steal - before.steal)
	return max(0, others.Seconds()/c.at.Sub(before.at).Seconds())
}

// stolen is the time that the host of a virtual machine took for others.
func stolen() time.Duration {
	f, err := os.Open("/proc/stat")
	if err != nil {
		return 0
	}
	defer f.Close()
	line, _ := bufio.NewReader(f).ReadString('\n')
	fields := strings.Fields(line)
	if len(fields) < 9 {
		return 0
	}
	n, _ := strconv.ParseInt(fields[8], 10, 64)
	return time.Duration(n) * tick
}

// memory is what a process holds now and held at most, in bytes.
func memory(pid int) (now, peak int64) {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		n, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		switch name {
		case "VmRSS":
			now = n << 10
		case "VmHWM":
			peak = n << 10
		}
	}
	return now, peak
}

// forgetPeak makes the kernel begin anew with a process's peak.
func forgetPeak(pid int) { _ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0) }

// terminate asks a process to end and makes it after some time.
func terminate(p *os.Process, gone <-chan struct{}) {
	_ = p.Signal(syscall.SIGTERM)
	select {
	case <-gone:
	case <-time.After(20 * time.Second):
		_ = p.Kill()
		<-gone
	}
}
