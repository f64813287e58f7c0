// Makes the package, and those of the platforms that `native` holds the modules of: for a
// release, all that were built.
//
//   node scripts/pack.js FOLDER
'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const common = require('../package.json');

function platformPackages() {
  const names = fs.readdirSync(path.join(root, 'native'));
  return names.filter((name) => name.endsWith('.node')).map((file) => ({
    file,
    target: file.slice('kinesis-agg.'.length, -'.node'.length),
  }));
}

/** Fields by which npm installs it on the right machines alone. */
function fieldsFor(target) {
  const [os, cpu, abi] = target.split('-');
  const libc = { gnu: 'glibc', musl: 'musl' }[abi];
  return { os: [os], cpu: [cpu], ...(libc && { libc: [libc] }) };
}

function writePlatformPackage({ file, target }, folder) {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const { version, license, repository, engines } = common;
  const manifest = {
    name: `kinesis-agg-${target}`,
    version,
    description: `The native module of kinesis-agg for ${target}`,
    license,
    repository,
    engines,
    ...fieldsFor(target),
    main: file,
    files: [file],
  };
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  fs.copyFileSync(path.join(root, 'native', file), path.join(folder, file));
}

function pack(folder, to) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const output = execFileSync(npm, ['pack', '--pack-destination', to], { cwd: folder, encoding: 'utf8' });
  console.log(path.join(to, output.trim().split('\n').at(-1)));
}

/** The common package: with the licenses, and with the packages of the platforms as
 * optional dependencies, of which npm installs the one that fits. */
function packCommon(to, platforms) {
  const folder = path.join(to, 'kinesis-agg');
  fs.rmSync(folder, { recursive: true, force: true });
  for (const name of ['lib', 'README.md', 'UPGRADING.md']) {
    fs.cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  for (const name of fs.readdirSync(root).filter((it) => /\.(js|mjs|d\.m?ts)$/.test(it))) {
    fs.copyFileSync(path.join(root, name), path.join(folder, name));
  }
  for (const name of ['LICENSE-APACHE', 'LICENSE-MIT']) {
    fs.copyFileSync(path.join(root, '../..', name), path.join(folder, name));
  }
  const { scripts, ...manifest } = common;
  manifest.optionalDependencies = Object.fromEntries(platforms);
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  pack(folder, to);
}

const to = path.resolve(process.argv[2] ?? path.join(root, 'dist'));
const platforms = platformPackages();
for (const platform of platforms) {
  const folder = path.join(to, platform.target);
  writePlatformPackage(platform, folder);
  pack(folder, to);
}
packCommon(to, platforms.map(({ target }) => [`kinesis-agg-${target}`, common.version]));
