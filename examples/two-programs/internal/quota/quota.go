// Package quota says which objects are allowed. Both programs ask it.
package quota

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// Object is what users ask for.
type Object struct {
	Name string `json:"name"`
	Size int    `json:"size"`
}

// Rules are the limits of objects.
type Rules struct {
	MaxSize int `json:"maxSize"`
}

// Default are the rules where nobody set others.
var Default = Rules{MaxSize: 9}

// Check returns why an object is not allowed, or nothing if it is.
func (r Rules) Check(object Object) error {
	switch {
	case object.Name == "":
		return errors.New("Expected a name, got none")
	case object.Size < 0 || object.Size > r.MaxSize:
		return fmt.Errorf("Expected a size from 0 to %d, got %d", r.MaxSize, object.Size)
	}
	return nil
}

// Write stores rules in a file.
func (r Rules) Write(path string) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}

// Read returns the rules of a file that Write made.
func Read(path string) (Rules, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Rules{}, err
	}
	var rules Rules
	if err := json.Unmarshal(text, &rules); err != nil {
		return Rules{}, fmt.Errorf("Expected rules in %s, got %w", path, err)
	}
	return rules, nil
}
