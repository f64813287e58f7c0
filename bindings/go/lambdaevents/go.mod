module github.com/kinesis-agg/kinesis-agg/bindings/go/lambdaevents

go 1.25.0

// Inside the repository; programs that import this module do not see it.
replace github.com/kinesis-agg/kinesis-agg/bindings/go => ../

require (
	github.com/aws/aws-lambda-go v1.47.0
	github.com/kinesis-agg/kinesis-agg/bindings/go v0.0.0-00010101000000-000000000000
)

require (
	github.com/tetratelabs/wazero v1.12.0 // indirect
	golang.org/x/sys v0.44.0 // indirect
)
