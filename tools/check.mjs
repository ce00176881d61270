// Every rule of the house that a tool can hold, side by side; the whole takes well under a minute. With --fix the
// formatter and the lint's safe fixes write instead.
import { spawn } from 'node:child_process';
import process from 'node:process';

const checks = [
  { name: 'format', command: ['oxfmt', '--check', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'growth', command: ['node', 'tools/check-growth.mjs'] },
  { name: 'types', command: ['tsc', '--noEmit', '-p', 'tsconfig.json'] },
  {
    name: 'rooms',
    command: ['depcruise', '--config', '.dependency-cruiser.mjs', 'apps', 'packages', 'infra'],
  },
  { name: 'API, Spectral', command: ['node', 'tools/lint-openapi.mjs'] },
  {
    name: 'API, Redocly',
    command: ['redocly', 'lint', '--config', 'tools/redocly.yaml', 'docs/reference/openapi.json'],
  },
  { name: 'dead code', command: ['knip', '--no-progress', '--no-config-hints'] },
  { name: 'mutation scores', command: ['node', 'tools/check-mutation.mjs'], isPrinted: true },
  { name: 'tidy', command: ['jest', '--selectProjects', 'unit', '--testPathPatterns', 'tidy'] },
];

const fixes = [
  { name: 'format', command: ['oxfmt', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--fix', '--deny-warnings'] },
];

const env = {
  NODE_OPTIONS: '--experimental-vm-modules --no-warnings',
  REDOCLY_TELEMETRY: 'off',
  REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
};

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

const run = ({ name, command, isPrinted = false }) =>
  new Promise((resolve) => {
    const began = performance.now();
    const child = spawn('pnpm', ['exec', ...command], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    child.on('error', (error) => {
      output += `${error.message}\n`;
      resolve({ name, ok: false, output, isPrinted, took: seconds(began) });
    });
    child.on('close', (code) =>
      resolve({ name, ok: code === 0, output, isPrinted, took: seconds(began) }),
    );
  });

const began = performance.now();
let failures = 0;
const isFixing = process.argv.includes('--fix');
const queue = isFixing ? fixes : checks;
const worker = async () => {
  for (let check = queue.shift(); check; check = queue.shift()) {
    const { name, ok, output, isPrinted, took } = await run(check);
    process.stdout.write(`${ok ? '✓' : '✗'} ${name} (${took})\n`);
    if (ok && isPrinted) process.stdout.write(output);
    if (!ok) {
      failures += 1;
      process.stdout.write(`${output.trimEnd()}\n\n`);
    }
  }
};
// Two at a time: each tool is parallel itself, and a small machine has two cores. Fixes write to the same files.
await Promise.all(isFixing ? [worker()] : [worker(), worker()]);
process.stdout.write(
  `${failures === 0 ? 'all checks hold' : `${failures} check(s) failed`} (${seconds(began)})\n`,
);
process.exitCode = failures === 0 ? 0 : 1;
