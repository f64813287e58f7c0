// The packages of the Go peers, and this project's own.
module kinesis-agg.peers

go 1.25.0

replace (
	github.com/kinesis-agg/kinesis-agg/bindings/go => ../../../bindings/go
	github.com/kinesis-agg/kinesis-agg/bindings/go/deaggregator => ../../../bindings/go/deaggregator
)

require (
	github.com/aws/aws-sdk-go-v2/service/kinesis v1.6.0
	github.com/awslabs/kinesis-aggregation/go/v2 v2.0.0-20220623125934-28468a6701b5
	github.com/kinesis-agg/kinesis-agg/bindings/go v0.0.0-00010101000000-000000000000
	github.com/kinesis-agg/kinesis-agg/bindings/go/deaggregator v0.0.0-00010101000000-000000000000
)

require (
	github.com/aws/smithy-go v1.8.0 // indirect
	github.com/golang/protobuf v1.5.2 // indirect
	github.com/tetratelabs/wazero v1.12.0 // indirect
	golang.org/x/sys v0.44.0 // indirect
	google.golang.org/protobuf v1.26.0 // indirect
)
