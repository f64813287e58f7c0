// Makes the package, those of the platforms that `native` holds the modules of, and that of
// WebAssembly: for a release, all that were built.
//
//   node scripts/pack.js FOLDER
'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const common = require('../package.json');

const LICENSES = ['LICENSE-APACHE', 'LICENSE-MIT'];

/** Platforms, and what their packages are made of. */
function platforms() {
  const natives = fs.readdirSync(path.join(root, 'native')).filter((name) => name.endsWith('.node'));
  const targets = natives.map((name) => name.slice('kinesis-agg.'.length, -'.node'.length));
  return [...targets.map(native), wasm()];
}

function native(target) {
  const main = `kinesis-agg.${target}.node`;
  return {
    target,
    description: `The native module of kinesis-agg for ${target}`,
    fields: fieldsFor(target),
    main,
    files: [path.join('native', main)],
  };
}

/** For every platform: npm cannot be told "where no other fits". */
function wasm() {
  const names = fs.readdirSync(path.join(root, 'wasm'));
  return {
    target: 'wasm32-wasi',
    description: 'The module of kinesis-agg as WebAssembly, for platforms without a native one',
    fields: {},
    main: 'index.js',
    files: names.filter((name) => /\.(js|wasm)$/.test(name)).map((name) => path.join('wasm', name)),
  };
}

/** Fields by which npm installs it on the right machines alone. */
function fieldsFor(target) {
  const [os, cpu, abi] = target.split('-');
  const libc = { gnu: 'glibc', musl: 'musl' }[abi];
  return { os: [os], cpu: [cpu], ...(libc && { libc: [libc] }) };
}

function writePlatformPackage({ target, description, fields, main, files }, folder) {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const { version, license, repository, engines } = common;
  const manifest = {
    name: `kinesis-agg-${target}`,
    version,
    description,
    license,
    repository,
    engines,
    ...fields,
    main,
    files: [...files.map((file) => path.basename(file)), ...LICENSES],
  };
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const file of files) fs.copyFileSync(path.join(root, file), path.join(folder, path.basename(file)));
  copyLicenses(folder);
}

function copyLicenses(folder) {
  for (const name of LICENSES) fs.copyFileSync(path.join(root, '../..', name), path.join(folder, name));
}

function pack(folder, to) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const output = execFileSync(npm, ['pack', '--pack-destination', to], { cwd: folder, encoding: 'utf8' });
  console.log(path.join(to, output.trim().split('\n').at(-1)));
}

/** The common package: with the licenses, and with the packages of the platforms as
 * optional dependencies, of which npm installs the ones that fit. */
function packCommon(to, targets) {
  const folder = path.join(to, 'kinesis-agg');
  fs.rmSync(folder, { recursive: true, force: true });
  for (const name of ['lib', 'README.md', 'UPGRADING.md']) {
    fs.cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  for (const name of fs.readdirSync(root).filter((it) => /\.(js|mjs|d\.m?ts)$/.test(it))) {
    fs.copyFileSync(path.join(root, name), path.join(folder, name));
  }
  copyLicenses(folder);
  const { scripts, ...manifest } = common;
  const packages = targets.map((target) => [`kinesis-agg-${target}`, common.version]);
  manifest.optionalDependencies = Object.fromEntries(packages);
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  pack(folder, to);
}

const to = path.resolve(process.argv[2] ?? path.join(root, 'dist'));
const all = platforms();
for (const platform of all) {
  const folder = path.join(to, platform.target);
  writePlatformPackage(platform, folder);
  pack(folder, to);
}
packCommon(to, all.map(({ target }) => target));
