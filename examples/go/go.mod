module github.com/kinesis-agg/kinesis-agg/examples/go

go 1.25.0

// Inside the repository; yours needs no such line.
replace (
	github.com/kinesis-agg/kinesis-agg/bindings/go => ../../bindings/go
	github.com/kinesis-agg/kinesis-agg/bindings/go/lambdaevents => ../../bindings/go/lambdaevents
)

require (
	github.com/aws/aws-lambda-go v1.47.0
	github.com/kinesis-agg/kinesis-agg/bindings/go v0.0.0-00010101000000-000000000000
	github.com/kinesis-agg/kinesis-agg/bindings/go/lambdaevents v0.0.0-00010101000000-000000000000
)

require (
	github.com/tetratelabs/wazero v1.12.0 // indirect
	golang.org/x/sys v0.44.0 // indirect
)
