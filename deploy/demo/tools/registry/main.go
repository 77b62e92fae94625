// The lab's OCI registry: the distribution project's server with its filesystem driver only.
// The cloud storage drivers of cmd/registry would triple its build time and are of no use on loopback.
package main

import (
	"os"

	"github.com/distribution/distribution/v3/registry"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/filesystem"
)

func main() {
	if err := registry.RootCmd.Execute(); err != nil {
		os.Exit(1)
	}
}
