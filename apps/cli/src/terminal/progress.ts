import { SingleBar } from 'cli-progress';
import { terminalOn, type Output } from './terminal.ts';

export type Progress = { readonly advance: (count?: number) => void; readonly end: () => void };

/** A log file gets a line now and then instead of a bar. */
const LINE_EVERY_MS = 5_000;

const rateOf = (done: number, began: number): number =>
  Math.round(done / Math.max((performance.now() - began) / 1000, 0.001));

const bar = (name: string, total: number): Progress => {
  const began = performance.now();
  const shown = new SingleBar({
    format: `  {name} [{bar}] {value}/{total} · {rate}/s · {eta_formatted} left`,
    hideCursor: true,
    clearOnComplete: false,
    stream: process.stdout,
    barsize: 24,
    etaBuffer: 200,
  });
  shown.start(total, 0, { name, rate: 0 });
  let done = 0;
  return {
    advance: (count = 1) => {
      done += count;
      shown.update(done, { rate: rateOf(done, began) });
    },
    end: () => shown.stop(),
  };
};

const lines = (name: string, total: number, output: Output): Progress => {
  const began = performance.now();
  let shownAt = began;
  let done = 0;
  const terminal = terminalOn(output);
  return {
    advance: (count = 1) => {
      done += count;
      if (performance.now() - shownAt < LINE_EVERY_MS) return;
      shownAt = performance.now();
      const rate = rateOf(done, began);
      const left = Math.ceil((total - done) / Math.max(rate, 1));
      terminal.line(`  ${name}: ${done}/${total}, ${rate}/s, ${left} s left`);
    },
    end: () => terminal.line(`  ${name}: ${done}/${total}, ${rateOf(done, began)}/s`),
  };
};

/** Shows how far a long piece of work is, at what rate, and how long it still takes. */
export const progressOf = (name: string, total: number): Progress =>
  process.stdout.isTTY ? bar(name, total) : lines(name, total, process.stdout);

/** Does the work on each item, at most `width` at a time, in order of start; the first failure ends it. */
export const eachOf = async <Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  const queue = items.values();
  const track = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: width }, track));
};
