package main

import (
	"fmt"
	"io"
	"log"
	"os"

	kinesisagg "github.com/kinesis-agg/kinesis-agg/bindings/go"
)

func main() {
	blob, err := io.ReadAll(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	users, _, err := kinesisagg.Deaggregate([][]byte{blob})
	if err != nil {
		log.Fatal(err)
	}
	for i := range users {
		fmt.Printf("%s: %d bytes\n", users[i].PartitionKey(), len(users[i].Data()))
	}
}
