// Builds, then measures: node tools/bench.mjs [part of a case's name]. BENCH_SECONDS sets the time per side.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build, install, root, toolchain } from './toolchain.mjs';

const env = await toolchain();
await install(env);
await build(env);
const script = join(root, 'packages', 'testing', 'dist', 'bench', 'run-bench.js');
const { status } = spawnSync('node', [script, ...process.argv.slice(2)], { stdio: 'inherit', env });
process.exitCode = status ?? 1;
