// Command hostile does in its pod's folder what a pod may, and a session must bear.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const start = "1795221174880812167"

// toRoot leads from the folder to the host's root, wherever in it the folder is.
var toRoot = strings.Repeat("../", 40)

var (
	folder = os.Getenv("GOCOVERDIR")
	canary = os.Getenv("CANARY")
	// hash is that of this program's own meta-data.
	hash string
)

func main() {
	own, err := filepath.Glob(filepath.Join(folder, "covmeta.*"))
	if err != nil || len(own) != 1 || canary == "" {
		panic(fmt.Sprint("expected one file of meta-data and a canary, got ", own, err, canary))
	}
	hash = strings.TrimPrefix(filepath.Base(own[0]), "covmeta.")
	syscall.Umask(0)
	links()
	folders()
	special()
	names()
	counters()
	go flip()
	go rename()
	go takeRequests()
	fmt.Println("hostile")
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM)
	<-end
	fmt.Println("ends")
}

func at(name string) string { return filepath.Join(folder, name) }

func process(kind string, pid int) string {
	return at(fmt.Sprintf("%s.%s.%d.%s", kind, hash, pid, start))
}

// must ends the operator where the folder could not be filled: nothing would be tested.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

func links() {
	must(os.Symlink("/", at("covmeta.ffffffffffffffffffffffffffffffff")))
	self := fmt.Sprintf("covsnapshot.%s.1.1", hash)
	must(os.Symlink(self, at(self)))
	must(os.Symlink(canary, process("covcounters", 901)))
	must(os.Symlink(toRoot+strings.TrimPrefix(canary, "/"), process("covcounters", 902)))
	must(os.Symlink(toRoot+"etc/passwd", at("covmeta.eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee")))
	must(os.Symlink(filepath.Join(filepath.Dir(canary), ".git", "config"), at("covprofile.x.pprof")))
	must(os.Symlink(filepath.Dir(canary), at("elsewhere")))
}

func folders() {
	closed := process("covcounters", 903)
	must(os.Mkdir(closed, 0o700))
	must(os.WriteFile(filepath.Join(closed, "file"), []byte("x"), 0o600))
	must(os.Mkdir(at("closed"), 0o700))
	must(os.WriteFile(at("closed/file"), []byte("x"), 0o600))
	for n := 0; n < 20000; n++ {
		must(os.WriteFile(at(fmt.Sprint("junk-", n)), nil, 0o666))
	}
	deep()
}

// deep makes a tree that is deeper than any path is long.
func deep() {
	here, err := os.Getwd()
	must(err)
	must(os.Chdir(folder))
	level := strings.Repeat("d", 200)
	for n := 0; n < 1000; n++ {
		must(os.Mkdir(level, 0o777))
		must(os.Chdir(level))
	}
	must(os.Chdir(here))
}

func special() {
	must(syscall.Mkfifo(process("covcounters", 904), 0o666))
	must(syscall.Mknod(process("covcounters", 905), syscall.S_IFSOCK|0o666, 0))
	must(syscall.Mkfifo(at("checkpoint.done.fifo"), 0o666))
	// Not every user may; /dev/zero has no end.
	if err := syscall.Mknod(process("covcounters", 906), syscall.S_IFCHR|0o666, 1<<8|5); err != nil {
		fmt.Println(err)
	}
}

func names() {
	must(os.WriteFile(at(strings.Repeat("\xff", 255)), []byte("x"), 0o666))
	must(os.WriteFile(at("covcounters."+strings.Repeat("\xfe", 243)), []byte("x"), 0o666))
	must(os.Mkdir(at("covmeta."+strings.Repeat("\xfd", 247)), 0o777))
}

func counters() {
	whole := counterFile("999999999", 0)
	must(os.WriteFile(process("covcounters", 907), whole, 0o666))
	must(os.WriteFile(process("covcounters", 908), counterFile("1", 1<<60), 0o666))
	must(os.WriteFile(process("covcounters", 909), whole[:50], 0o666))
	must(os.WriteFile(process("covcounters", 910), nil, 0o666))
	sparse := process("covcounters", 911)
	must(os.WriteFile(sparse, whole, 0o666))
	must(os.Truncate(sparse, 1<<36))
}

// counterFile makes a file as Go writes them, of one segment without any counters.
func counterFile(argc string, functions uint64) []byte {
	bytes := append([]byte("\x00cwm"), 1, 0, 0, 0)
	for n := 0; n < 32; n += 2 {
		var b byte
		fmt.Sscanf(hash[n:n+2], "%02x", &b)
		bytes = append(bytes, b)
	}
	bytes = append(bytes, 1, 0, 0, 0, 0, 0, 0, 0)
	table := append([]byte{2, 4}, "argc"...)
	table = append(append(table, byte(len(argc))), argc...)
	args := []byte{1, 0, 1}
	bytes = binary.LittleEndian.AppendUint64(bytes, functions)
	bytes = binary.LittleEndian.AppendUint32(bytes, uint32(len(table)))
	bytes = binary.LittleEndian.AppendUint32(bytes, uint32(len(args)))
	bytes = append(append(bytes, table...), args...)
	for len(bytes)%4 != 0 {
		bytes = append(bytes, 0)
	}
	return append(bytes, "\x00cwm\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"...)
}

// flip has one name stand for something else all the time.
func flip() {
	name := process("covcounters", 912)
	for ; ; time.Sleep(time.Millisecond) {
		os.Symlink(canary, name)
		os.Remove(name)
		os.WriteFile(name, []byte("x"), 0o666)
		os.Remove(name)
		syscall.Mkfifo(name, 0o666)
		os.Remove(name)
		os.Mkdir(name, 0o777)
		os.Remove(name)
	}
}

// rename has files and folders come and go, and links in their places.
func rename() {
	for n := 0; ; n = (n + 1) % 20000 {
		os.Rename(at(fmt.Sprint("junk-", n)), at(fmt.Sprint("moved-", n)))
		os.Rename(at(fmt.Sprint("moved-", n)), at(fmt.Sprint("junk-", n)))
		os.Rename(at("closed"), at("open"))
		os.Symlink(filepath.Dir(canary), at("closed"))
		time.Sleep(time.Millisecond)
		os.Remove(at("closed"))
		os.Rename(at("open"), at("closed"))
	}
}

// takeRequests puts links in the place of what the session asks for, before and after it has its name.
func takeRequests() {
	for ; ; time.Sleep(10 * time.Millisecond) {
		requests, _ := filepath.Glob(at("*checkpoint.request*"))
		for _, request := range requests {
			os.Symlink(canary, at("link"))
			os.Rename(at("link"), request)
		}
	}
}
