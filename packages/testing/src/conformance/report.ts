import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, test } from '@jest/globals';
import { runFolder } from '../scratch.ts';

const cache = fileURLToPath(new URL('../../../../.cache/', import.meta.url));
/** What an earlier run found says nothing of this one. */
const folder = join(runFolder(), 'conformance');

type Result = {
  readonly id: string;
  readonly title: string;
  ok: boolean;
  note: string;
  ms: number;
};

export type Demand = {
  /** A figure worth reading in the table. */
  readonly note: (text: string) => void;
};

/** Collects what became of the demands of one adapter, and prints the table of both at the end. */
export class Report {
  readonly #adapter: string;
  readonly #results: Result[] = [];
  #demands = 0;

  constructor(adapter: string) {
    this.#adapter = adapter;
    afterAll(() => this.#print());
  }

  /** A test that is one demand of the transport design. */
  demand(id: string, title: string, run: (demand: Demand) => Promise<void>, msMax = 60_000): void {
    this.#demands += 1;
    test(
      `${id} ${title}`,
      async () => {
        const result: Result = { id, title, ok: false, note: '', ms: 0 };
        this.#results.push(result);
        const startedAt = performance.now();
        try {
          await run({
            note: (text) => {
              result.note = result.note === '' ? text : `${result.note}; ${text}`;
            },
          });
          result.ok = true;
        } finally {
          result.ms = Math.round(performance.now() - startedAt);
        }
      },
      msMax,
    );
  }

  #print(): void {
    // A run of some demands must not pass for a run of all.
    if (this.#results.length < this.#demands) return;
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, `${this.#adapter}.json`),
      JSON.stringify(this.#results, undefined, 2),
    );
    const table = conformanceTable();
    writeFileSync(`${cache}conformance.md`, table);
    process.stdout.write(`\n${table}\n`);
  }
}

const conformanceTable = (): string => {
  const adapters = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.replace('.json', ''))
    .toSorted((a, b) => b.localeCompare(a));
  const results = new Map(adapters.map((adapter) => [adapter, read(adapter)]));
  const demands = new Map([...results.values()].flat().map(({ id, title }) => [id, title]));
  const ids = [...demands.keys()].toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  const cell = (adapter: string, id: string): string => {
    const result = results.get(adapter)?.find((one) => one.id === id);
    if (!result) return 'not run';
    const note = result.note === '' ? '' : ` (${result.note})`;
    return `${result.ok ? 'holds' : 'BROKEN'}, ${(result.ms / 1000).toFixed(1)} s${note}`;
  };
  return [
    `| demand | ${adapters.join(' | ')} |`,
    `| --- | ${adapters.map(() => '---').join(' | ')} |`,
    ...ids.map(
      (id) =>
        `| ${id} ${demands.get(id)} | ${adapters.map((adapter) => cell(adapter, id)).join(' | ')} |`,
    ),
    '',
  ].join('\n');
};

const read = (adapter: string): Result[] => {
  const file = join(folder, `${adapter}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Result[]) : [];
};
