module github.com/kinesis-agg/kinesis-agg/bindings/go/deaggregator

go 1.25.0

// Inside the repository; programs that import this module do not see it.
replace github.com/kinesis-agg/kinesis-agg/bindings/go => ../

require (
	// That of the awslabs module: taking this one's place asks for no newer SDK.
	github.com/aws/aws-sdk-go-v2/service/kinesis v1.6.0
	github.com/kinesis-agg/kinesis-agg/bindings/go v0.0.0-00010101000000-000000000000
)

require (
	github.com/aws/smithy-go v1.8.0 // indirect
	github.com/tetratelabs/wazero v1.12.0 // indirect
	golang.org/x/sys v0.44.0 // indirect
)
