package localpg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// person is the system user that runs Postgres. It is this process's own
// unless that is root.
type person struct {
	drop     bool // root gives up its rights for another user's
	uid, gid int
	name     string
}

// choosePerson decides who runs Postgres on dir. Only root has a choice.
func choosePerson(name, dir string) (person, error) {
	if os.Geteuid() != 0 {
		return person{uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	if name != "" {
		p, err := lookUp(name)
		if err == nil && p.uid == 0 {
			err = errors.New("it is root")
		}
		if err != nil {
			return person{}, fmt.Errorf("the user %q can't run Postgres: %w", name, err)
		}
		return p, nil
	}
	if uid, gid, ok := owner(filepath.Join(dir, "data")); ok && uid != 0 {
		return person{drop: true, uid: uid, gid: gid, name: "user " + strconv.Itoa(uid)}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if p, err := lookUp(name); err == nil {
			return p, nil
		}
	}
	return person{}, errors.New("root may not run Postgres, and this machine has no user postgres or nobody to run it; name another with SOUK_POSTGRES_USER, or set DATABASE_URL")
}

func lookUp(name string) (person, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return person{}, err
	}
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	return person{drop: true, uid: uid, gid: gid, name: name}, errors.Join(err1, err2)
}

func owner(path string) (uid, gid int, ok bool) {
	st, err := os.Stat(path)
	if err != nil {
		return 0, 0, false
	}
	sys, ok := st.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, false
	}
	return int(sys.Uid), int(sys.Gid), true
}

// credential is what a child process must be given, nil to inherit.
func (p person) credential() *syscall.Credential {
	if !p.drop {
		return nil
	}
	return &syscall.Credential{Uid: uint32(p.uid), Gid: uint32(p.gid)}
}

// own gives path to p. What p can put into the way, such as a link to a file of
// root's, is not followed here nor anywhere below.
func (p person) own(path string) error {
	if !p.drop {
		return nil
	}
	if err := os.Lchown(path, p.uid, p.gid); err != nil {
		return fmt.Errorf("%s can't be given to the user who runs Postgres: %w", path, err)
	}
	return nil
}

// mkdir makes one directory of p's, or sets the mode of an existing one.
func (p person) mkdir(path string, mode fs.FileMode) error {
	if err := os.Mkdir(path, mode); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s can't be made: %w", path, err)
	}
	if st, err := os.Lstat(path); err != nil || !st.IsDir() {
		return fmt.Errorf("%s is not a folder", path)
	}
	if err := os.Chmod(path, mode); err != nil {
		return fmt.Errorf("%s can't be used: %w", path, err)
	}
	return p.own(path)
}

// enters reports whether p may go into dir, judged by the plain mode bits.
func (p person) enters(dir string) bool {
	st, err := os.Stat(dir)
	if err != nil {
		return false
	}
	uid, gid, _ := owner(dir)
	switch mode := st.Mode().Perm(); {
	case uid == p.uid:
		return mode&0o100 != 0
	case gid == p.gid:
		return mode&0o010 != 0
	default:
		return mode&0o001 != 0
	}
}

// barrier is the outermost directory on the way to path that p may not enter,
// or "". Without a change of user there is none that matters here.
func (p person) barrier(path string) string {
	if !p.drop {
		return ""
	}
	if up := filepath.Dir(path); up != path {
		if b := p.barrier(up); b != "" {
			return b
		}
	}
	if st, err := os.Stat(path); err == nil && st.IsDir() && !p.enters(path) {
		return path
	}
	return ""
}
