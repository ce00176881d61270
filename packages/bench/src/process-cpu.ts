import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts the time of processes in hundredths of a second, on every machine it runs on today. */
const TICK_MS = 10;

type Stat = { readonly parent: number; readonly ownMs: number; readonly endedChildrenMs: number };

/** One process as `/proc` shows it; undefined once it is gone. */
const statOf = (pid: number): Stat | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in brackets may hold anything; behind it everything is separated by one blank.
    const [, parent, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [user, system, childUser, childSystem] = rest.slice(9, 13).map(Number) as [
      ...[number, number, number, number],
    ];
    return {
      parent: Number(parent),
      ownMs: (user + system) * TICK_MS,
      endedChildrenMs: (childUser + childSystem) * TICK_MS,
    };
  } catch {
    return undefined;
  }
};

/**
 * Milliseconds of processor time that each of these processes has used since it began, with all that descends from
 * it, ended or not. What descends from two of them counts for the one that is named first. Throws where there is no
 * `/proc`.
 */
export const cpuMsOf = (
  processes: readonly { readonly name: string; readonly pid: number }[],
): Record<string, number> => {
  const all = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    if (stat !== undefined) all.set(Number(name), stat);
  }
  const children = Map.groupBy(all.keys(), (pid) => all.get(pid)?.parent ?? 0);
  const seen = new Set<number>();
  const add = (pid: number): number => {
    const stat = all.get(pid);
    if (stat === undefined || seen.has(pid)) return 0;
    seen.add(pid);
    const below = (children.get(pid) ?? []).reduce((sum, child) => sum + add(child), 0);
    return stat.ownMs + stat.endedChildrenMs + below;
  };
  return Object.fromEntries(processes.map(({ name, pid }) => [name, add(pid)]));
};
