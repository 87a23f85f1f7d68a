package objects

import (
	"context"
	"testing"
	"time"

	"operator-coverage.dev/two-programs/internal/quota"
)

func TestObjectsGrowShrinkAndGo(t *testing.T) {
	store := NewStore()
	for _, want := range []State{{Wanted: 2, Actual: 1}, {Wanted: 2, Actual: 2}, {Wanted: 2, Actual: 2}, {Wanted: 1, Actual: 1}} {
		store.Set(quota.Object{Name: "a", Size: want.Wanted})
		store.step()
		if state, _ := store.Get("a"); state != want {
			t.Errorf("Expected %+v, got %+v", want, state)
		}
	}
	store.Set(quota.Object{Name: "a", Size: 0})
	store.step()
	if state, found := store.Get("a"); found {
		t.Errorf("Expected the object to go, got %+v", state)
	}
}

func TestRunStepsUntilTheContextEnds(t *testing.T) {
	store := NewStore()
	store.Set(quota.Object{Name: "a", Size: 1})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	ended := make(chan struct{})
	go func() {
		store.Run(ctx, time.Millisecond)
		close(ended)
	}()
	for state := (State{}); state.Actual != 1; state, _ = store.Get("a") {
		if ctx.Err() != nil {
			t.Fatal("Expected a step, got none")
		}
		time.Sleep(time.Millisecond)
	}
	cancel()
	<-ended
}
