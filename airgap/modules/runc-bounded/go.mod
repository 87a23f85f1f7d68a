module operator-coverage.dev/airgap/runc-bounded

go 1.24.0
