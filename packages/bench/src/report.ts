import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import type { BenchResult } from './bench.ts';

export type Machine = {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly postgres: string;
};

export const machineOf = (postgres: string): Machine => {
  const cpu = cpus()[0]?.model.trim() ?? 'unknown';
  return { cpu, cores: availableParallelism(), node: process.version, postgres };
};

/** Missed, kept, or beyond: how a result stands to its targets. */
export const verdict = (result: BenchResult): string => {
  if (isBounded(result)) return isWithin(result) ? 'kept' : 'MISSED';
  const { floor, stretch = Infinity, ratio = 0, p99FloorMs } = result;
  if (isSlow(result) || isBelowFloor(result)) return 'MISSED';
  if (floor === undefined && p99FloorMs === undefined) return '';
  return ratio >= stretch ? 'stretch' : 'floor';
};

const isBelowFloor = ({ ratio = 0, floor = -Infinity }: BenchResult): boolean => ratio < floor;

const isSlow = ({
  p50Ms = 0,
  p99Ms = 0,
  p50FloorMs = Infinity,
  p99FloorMs = Infinity,
}: BenchResult): boolean => p50Ms > p50FloorMs || p99Ms > p99FloorMs;

const isBounded = ({ atMost, atLeast }: BenchResult): boolean =>
  atMost !== undefined || atLeast !== undefined;

/** A figure that is no number keeps no bound. */
const isWithin = ({ ours, atMost = Infinity, atLeast = -Infinity }: BenchResult): boolean =>
  ours <= atMost && ours >= atLeast;

const target = ({ floor, stretch, atMost, atLeast }: BenchResult): string => {
  if (atMost !== undefined) return `at most ${atMost}`;
  if (atLeast !== undefined) return `at least ${atLeast}`;
  return [floor, stretch].map((ratio) => ratio?.toFixed(2) ?? '-').join(' / ');
};

export const printTable = (results: readonly BenchResult[]): void => {
  const lines = results.map((one) => [
    one.name,
    rate(one.ours, one.unit),
    one.raw === undefined ? '' : rate(one.raw, one.unit),
    one.ratio?.toFixed(2) ?? '',
    target(one),
    one.p99Ms === undefined ? '' : `${one.p50Ms?.toFixed(1)} / ${one.p99Ms.toFixed(1)} ms`,
    verdict(one),
  ]);
  const head = ['case', 'ours', 'raw', 'ratio', 'floor / stretch', 'p50 / p99', ''];
  const widths = head.map((title, nth) =>
    Math.max(title.length, ...lines.map((line) => line[nth]?.length ?? 0)),
  );
  for (const line of [head, ...lines]) {
    console.log(
      line
        .map((cell, nth) => cell.padEnd(widths[nth] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
};

const rate = (value: number, unit: string): string => {
  const text =
    value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(unit === '' ? 4 : 2);
  return `${text} ${unit}`.trimEnd();
};

/** Writes `bench/results/<case>.json`, in the place of the last run of that case, and returns its path. */
export const writeResults = (
  root: string,
  machine: Machine,
  { name, results }: { readonly name: string; readonly results: readonly BenchResult[] },
): string => {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: root,
    encoding: 'utf8',
  }).trim();
  const folder = join(root, 'bench', 'results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  const kept = { at: new Date().toISOString(), commit, machine, results };
  writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`);
  return file;
};
