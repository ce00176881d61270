// Node 24 and pnpm for a machine that has Node >= 20 and npm only; dependencies and build, each when something changed.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stop, run, stage } from './child.mjs';
import { requireWritableClone, requireWritableNpmCache } from './writable.mjs';

const NODE_MAJOR = 24;
const pnpmVersion = '12.21.0';
export const root = fileURLToPath(new URL('..', import.meta.url));

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
const tail = (text, lines = 20) => text.trimEnd().split('\n').slice(-lines).join('\n');

/** What an earlier run fetched; a damaged note of it is as good as none. */
const keptTools = (path) => {
  try {
    return JSON.parse(read(path) ?? '{}') ?? {};
  } catch {
    return {};
  }
};

/** The environment in which `node` is Node 24 and `pnpm` is ours (turbo looks for it on the PATH). */
export async function toolchain() {
  const kept = join(root, '.cache', 'toolchain.json');
  const versions = `node${NODE_MAJOR} pnpm${pnpmVersion}`;
  const key = `${process.execPath} ${versions}`;
  let tools = keptTools(kept);
  // A command that was itself started with the Node we fetched finds what the bare machine's Node fetched.
  const isOwn = process.execPath === tools.node && tools.key.endsWith(versions);
  const usable =
    (isOwn || tools.key === key) && existsSync(tools.node) && existsSync(join(tools.bin, 'pnpm'));
  if (!usable) {
    requireWritableClone(root, writtenFolders());
    requireWritableNpmCache(process.env);
    tools = { key, ...(await fetchTools()) };
    mkdirSync(dirname(kept), { recursive: true });
    writeFileSync(kept, JSON.stringify(tools));
  }
  const path = [dirname(tools.node), tools.bin, join(root, 'node_modules', '.bin')];
  return {
    ...process.env,
    PATH: [...path, process.env.PATH].join(delimiter),
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
  };
}

async function fetchTools() {
  const old = Number(process.versions.node.split('.')[0]) < NODE_MAJOR;
  const packages = [...(old ? ['-p', `node@${NODE_MAJOR}.x`] : []), '-p', `pnpm@${pnpmVersion}`];
  const ask =
    'const f=require("fs");console.log(JSON.stringify({node:process.execPath,bin:process.env.PATH.split(":").find(d=>f.existsSync(d+"/pnpm"))}))';
  const label = old ? `Node ${NODE_MAJOR} and pnpm ${pnpmVersion}` : `pnpm ${pnpmVersion}`;
  return stage(`fetching ${label}, once`, async () => {
    const args = ['--yes', ...packages, '--', 'node', '-e', ask];
    const { code, output, errors } = await run('npx', args, { quiet: true });
    const tools = code === 0 ? JSON.parse(output.trim().split('\n').at(-1)) : {};
    if (tools.bin) return tools;
    const said = errors || output;
    throw new Stop(
      `${tail(said, 5)}\n${label} could not be fetched from the npm registry: ${adviceOn(said)}`,
    );
  });
}

/** What a person can do about what npm or pnpm complained of. */
function adviceOn(said) {
  if (said.includes('ERR_PNPM_OUTDATED_LOCKFILE'))
    return 'a package.json changed and pnpm-lock.yaml did not: run `pnpm install` and commit both.';
  if (/ENOSPC|EDQUOT|no\s+space\s+left/i.test(said))
    return 'no disk space is left: free some, then run the same command again.';
  if (/EACCES|EPERM|EROFS|permission\s+denied/i.test(said))
    return 'this user may not write a folder named above: make it theirs, then run the same command again.';
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ERR_SOCKET/i.test(said))
    return 'check the network (or the proxy and registry in .npmrc), then run the same command again.';
  return 'check the network and the disk, then run the same command again.';
}

/** Installs when a manifest or the lockfile changed since the last time. */
export async function install(env) {
  const manifests = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...packageFiles()];
  const hash = createHash('sha256');
  for (const file of manifests) hash.update(`${file}\n${read(join(root, file))}\n`);
  const requested = hash.digest('hex');
  const stamp = join(root, 'node_modules', '.tact-install');
  if (read(stamp) === requested && existsSync(join(root, 'node_modules', '.modules.yaml'))) return;
  requireWritableClone(root, writtenFolders());
  rmSync(stamp, { force: true });
  await stage('installing dependencies', async () => {
    const args = ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only'];
    const done = await run('pnpm', ['--dir', root, ...args], {
      env: { ...env, CI: 'true' },
      quiet: true,
    });
    if (done.code === 0) return;
    const said = done.output + done.errors;
    throw new Stop(`${tail(said)}\nThe dependencies could not be installed: ${adviceOn(said)}`);
  });
  writeFileSync(stamp, requested);
}

/** Builds when a source changed; turbo then builds only the packages that need it. */
export async function build(env) {
  const stamp = join(root, '.cache', 'build-stamp');
  const requested = fingerprint();
  const built = packageFolders().every((folder) => existsSync(join(root, folder, 'dist')));
  if (built && read(stamp) === requested) return;
  requireWritableClone(root, writtenFolders());
  await stage('building', async () => {
    const args = ['run', 'build', '--output-logs=errors-only', '--no-update-notifier'];
    const done = await run('turbo', ['--cwd', root, ...args], { env, quiet: true });
    if (done.code !== 0)
      throw new Stop(`${done.output}${done.errors}\nThe build failed: the errors are above.`);
  });
  writeFileSync(stamp, requested);
}

function packageFolders() {
  const rooms = ['apps', 'packages'].flatMap((room) =>
    readdirSync(join(root, room)).map((name) => `${room}/${name}`),
  );
  return [...rooms, 'infra'].filter((folder) => existsSync(join(root, folder, 'package.json')));
}

/** Where installing and building write. */
const writtenFolders = () => [
  '.cache',
  'node_modules',
  ...packageFolders().flatMap((folder) => [folder, `${folder}/node_modules`, `${folder}/dist`]),
];

const packageFiles = () => packageFolders().map((folder) => `${folder}/package.json`);

/** Names, sizes and times of all sources: milliseconds, where asking turbo takes a second. */
function fingerprint() {
  const hash = createHash('sha256');
  const add = (file) => {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  };
  for (const file of ['pnpm-lock.yaml', 'tsconfig.base.json', 'turbo.json']) add(join(root, file));
  for (const folder of packageFolders()) {
    for (const file of ['package.json', 'tsconfig.json']) add(join(root, folder, file));
    const sources = readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8' });
    for (const file of sources.toSorted()) add(join(root, folder, 'src', file));
  }
  return hash.digest('hex');
}
