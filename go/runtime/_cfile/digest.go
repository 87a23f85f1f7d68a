package cfile

// Says in each counter file what it holds, so that damage that leaves the file readable is seen, and which container it is from. Go's format has
// room for neither, yet the table at its head, of the program's arguments, takes other entries, and Go's tools pass over those that they don't know.

import (
	"fmt"
	"hash/crc32"
	"internal/coverage"
	"internal/coverage/encodecounter"
	"internal/coverage/uleb128"
	"io"
)

const (
	// of the counters as they are encoded, from behind the table to before the footer
	countersDigest = "operator-coverage.counters"
	// of the whole meta-data file that they belong to
	metaDigest = "operator-coverage.meta"
	// the name of the process's container; not there where nobody told it
	containerEntry = "operator-coverage.container"
	// there where another program was about to take this one's place
	replacedEntry = "operator-coverage.replaced"
)

// Set by exec.go, under the process's lock.
var isReplaced bool

// Read before the operator can change its environment.
var container = setting("OPERATOR_COVERAGE_CONTAINER")

// The table; a copy, because a program may call for Go's own at any time. One keeper alone uses it.
var digestedArgs map[string]string

func writeDigested(w io.Writer, s *emitState) error {
	if digestedArgs == nil {
		meta := crc32.NewIEEE()
		if err := WriteMeta(meta); err != nil {
			return err
		}
		digestedArgs = map[string]string{metaDigest: inWords(meta.Sum32())}
		for key, value := range capturedOsArgs {
			digestedArgs[key] = value
		}
		if container != "" {
			digestedArgs[containerEntry] = container
		}
	}
	delete(digestedArgs, replacedEntry)
	if isReplaced {
		digestedArgs[replacedEntry] = "yes"
	}
	sum, err := sumOfCounters(s)
	if err != nil {
		return err
	}
	digestedArgs[countersDigest] = inWords(sum)
	return encodecounter.NewCoverageDataWriter(w, coverage.CtrULeb128).Write(finalHash, digestedArgs, s)
}

// sumOfCounters encodes as the writer does, which writes the table first.
func sumOfCounters(s *emitState) (uint32, error) {
	var sum uint32
	var encoded []byte
	err := s.VisitFuncs(func(pkg, function uint32, counters []uint32) error {
		encoded = uleb128.AppendUleb128(encoded[:0], uint(len(counters)))
		encoded = uleb128.AppendUleb128(encoded, uint(pkg))
		encoded = uleb128.AppendUleb128(encoded, uint(function))
		for _, counter := range counters {
			encoded = uleb128.AppendUleb128(encoded, uint(counter))
		}
		sum = crc32.Update(sum, crc32.IEEETable, encoded)
		return nil
	})
	return sum, err
}

func inWords(sum uint32) string {
	return fmt.Sprintf("crc32:%08x", sum)
}
