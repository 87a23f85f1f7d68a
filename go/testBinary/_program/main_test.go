package main

import (
	"testing"

	operatorcoverage "operator/coverage" // Stands for the package beside this one, which lies below the operator's main package.
)

func TestMain(m *testing.M) { operatorcoverage.Run(m) }

// TestRunMain is the whole operator: it ends when the operator does.
func TestRunMain(t *testing.T) { operatorcoverage.Main(main) }
