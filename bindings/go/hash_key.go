package kinesisagg

// HashKey is the hash key of a partition key, the MD5 of its text, in decimal
// digits.
func HashKey(partitionKey string) (string, error) { return hashKey(partitionKey) }
