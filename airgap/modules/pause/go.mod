module operator-coverage.dev/airgap/pause

go 1.24.0
