//go:build cgo && kinesisagg_static && !kinesisagg_pkgconfig

package kinesisagg

// The library that `cargo xtask go` builds inside the repository.

// #cgo CFLAGS: -I${SRCDIR}/../../include
// #cgo LDFLAGS: -lkinesis_agg_ffi
// #cgo linux,amd64 LDFLAGS: -L${SRCDIR}/lib/linux_amd64 -lm -lpthread -ldl
// #cgo linux,arm64 LDFLAGS: -L${SRCDIR}/lib/linux_arm64 -lm -lpthread -ldl
// #cgo darwin,amd64 LDFLAGS: -L${SRCDIR}/lib/darwin_amd64
// #cgo darwin,arm64 LDFLAGS: -L${SRCDIR}/lib/darwin_arm64
// #cgo windows,amd64 LDFLAGS: -L${SRCDIR}/lib/windows_amd64 -lws2_32 -luserenv -lntdll
import "C"
