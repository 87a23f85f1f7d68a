module operator-coverage.dev/two-programs

go 1.24.0
