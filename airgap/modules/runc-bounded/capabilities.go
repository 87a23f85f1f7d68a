package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
)

// names holds the capabilities in the order of their numbers, from linux/capability.h.
var names = strings.Fields(`CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE
	NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT
	SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE
	MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE`)

// boundingSet reads the mask of capabilities that a process may ever have from the text of /proc/PID/status.
func boundingSet(status string) (uint64, error) {
	for line := range strings.Lines(status) {
		if mask, found := strings.CutPrefix(line, "CapBnd:"); found {
			return strconv.ParseUint(strings.TrimSpace(mask), 16, 64)
		}
	}
	return 0, fmt.Errorf("expected a line CapBnd in /proc/self/status, got none")
}

// lacks tells whether a capability is known and not in the mask; what isn't known is left for runc to judge.
func lacks(held uint64, capability string) bool {
	number := slices.Index(names, strings.TrimPrefix(strings.ToUpper(capability), "CAP_"))
	return number >= 0 && held&(1<<number) == 0
}

// bound rewrites a JSON file without the capabilities that the mask lacks. A file that asks for none of them isn't touched.
func bound(file string, inner []string, held uint64) error {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // runc says so better
	}
	if err != nil {
		return err
	}
	bounded, changed, err := boundAt(text, inner, held)
	if err != nil || !changed {
		return err
	}
	return os.WriteFile(file, bounded, 0o600) // the file exists: its mode stays
}

// boundAt follows the keys through nested objects. Everything beside them stays as it is written: raw, with every digit of its numbers.
func boundAt(text []byte, inner []string, held uint64) ([]byte, bool, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil {
		return nil, false, err
	}
	changed := false
	if len(inner) > 0 {
		child, exists := object[inner[0]]
		if !exists || string(child) == "null" {
			return text, false, nil
		}
		replaced, hit, err := boundAt(child, inner[1:], held)
		if err != nil || !hit {
			return text, false, err
		}
		object[inner[0]], changed = replaced, true
	} else {
		for set, list := range object {
			var capabilities []string
			if err := json.Unmarshal(list, &capabilities); err != nil {
				return nil, false, fmt.Errorf("capabilities.%s: %w", set, err)
			}
			kept := slices.DeleteFunc(slices.Clone(capabilities), func(c string) bool { return lacks(held, c) })
			if len(kept) == len(capabilities) {
				continue
			}
			replaced, err := json.Marshal(kept)
			if err != nil {
				return nil, false, err
			}
			object[set], changed = replaced, true
		}
	}
	if !changed {
		return text, false, nil
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // or `&` in an argument would be written another way
	err := encoder.Encode(object)
	return bytes.TrimSpace(out.Bytes()), true, err
}
