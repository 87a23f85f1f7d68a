// Package objects keeps objects, and brings each step by step to the size that was asked for.
package objects

import (
	"context"
	"sync"
	"time"

	"operator-coverage.dev/two-programs/internal/quota"
)

// State is how far an object has got.
type State struct {
	Wanted int `json:"wanted"`
	Actual int `json:"actual"`
}

// Store holds objects by name. It is safe for concurrent use.
type Store struct {
	mutex  sync.Mutex
	states map[string]State
}

// NewStore returns a store without objects.
func NewStore() *Store {
	return &Store{states: map[string]State{}}
}

// Set asks for a size of an object. One of size 0 goes when it gets there.
func (s *Store) Set(object quota.Object) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	state := s.states[object.Name]
	state.Wanted = object.Size
	s.states[object.Name] = state
}

// Get returns the state of an object, and whether there is one.
func (s *Store) Get(name string) (State, bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	state, found := s.states[name]
	return state, found
}

// Run takes a step at each interval until the context ends.
func (s *Store) Run(ctx context.Context, interval time.Duration) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			s.step()
		}
	}
}

// step brings every object one nearer to its wanted size.
func (s *Store) step() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for name, state := range s.states {
		switch {
		case state.Actual < state.Wanted:
			state.Actual++
		case state.Actual > state.Wanted:
			state.Actual--
		}
		s.states[name] = state
		if state.Wanted == 0 && state.Actual == 0 {
			delete(s.states, name)
		}
	}
}
