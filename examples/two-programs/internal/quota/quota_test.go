package quota

import (
	"os"
	"path/filepath"
	"testing"
)

func TestCheckHoldsObjectsToTheRules(t *testing.T) {
	for object, allowed := range map[Object]bool{
		{"a", 0}:  true,
		{"a", 9}:  true,
		{"a", 10}: false,
		{"a", -1}: false,
		{"", 1}:   false,
	} {
		if err := Default.Check(object); (err == nil) != allowed {
			t.Errorf("Expected %+v to be allowed: %t, got %v", object, allowed, err)
		}
	}
}

func TestReadReturnsWhatWasWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rules.json")
	if err := (Rules{MaxSize: 3}).Write(path); err != nil {
		t.Fatal(err)
	}
	if rules, err := Read(path); err != nil || rules.MaxSize != 3 {
		t.Errorf("Expected a size of 3, got %+v, %v", rules, err)
	}
}

func TestReadRefusesWhatAreNoRules(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rules.json")
	if _, err := Read(path); !os.IsNotExist(err) {
		t.Errorf("Expected the file to be missing, got %v", err)
	}
	if err := os.WriteFile(path, []byte("maxSize: 3"), 0o600); err != nil {
		t.Fatal(err)
	}
	if rules, err := Read(path); err == nil {
		t.Errorf("Expected an error, got %+v", rules)
	}
}
