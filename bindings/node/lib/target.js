// The platform that this is, as native modules are named for.
'use strict';

/** As `linux-x64-gnu`, `linux-arm64-musl`, `darwin-arm64`, `win32-x64-msvc`. */
function target() {
  const { platform, arch } = process;
  if (platform === 'linux') return `linux-${arch}-${isMusl() ? 'musl' : 'gnu'}`;
  if (platform === 'win32') return `win32-${arch}-msvc`;
  return `${platform}-${arch}`;
}

function isMusl() {
  const { report } = process;
  const before = report.excludeNetwork;
  report.excludeNetwork = true;
  const { header } = report.getReport();
  report.excludeNetwork = before;
  return !header.glibcVersionRuntime;
}

module.exports = { target };
