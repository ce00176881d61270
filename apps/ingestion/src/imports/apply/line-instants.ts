import { importLines, type ImportType, walkSchema } from '@tact/contracts';
import type { LineErrors } from '../../signals/line-outcomes.ts';
import { instantOf } from '../receive/civil-times.ts';

type Node = { [name: string]: unknown };

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

const pathsOf = (type: ImportType): readonly (readonly string[])[] => {
  const paths = new Map<string, readonly string[]>();
  walkSchema(importLines[type], (path, { def }) => {
    if ((def as { format?: unknown }).format === 'datetime') paths.set(path.join('/'), path);
    return 'descend';
  });
  return [...paths.values()];
};

const timesOf: Record<ImportType, readonly (readonly string[])[]> = {
  contacts: pathsOf('contacts'),
  consents: pathsOf('consents'),
  signals: pathsOf('signals'),
};

const isUtc = /T.*Z$/;
/** A date, with or without a time of day, that says neither offset nor zone. */
const isCivil = (text: string): boolean =>
  instantOf(text, {}) === undefined && instantOf(text, { zone: 'UTC' }) !== undefined;

const noZone =
  'Says no offset: write one (2026-11-02T08:00:00+01:00), or say the zone of the file (?timeZone=Europe/Paris).';

/** What holds the field at a path, and its name there; undefined where the line has none. */
const holderOf = (line: unknown, path: readonly string[]): [Node, string] | undefined => {
  const holder = path
    .slice(0, -1)
    .reduce<unknown>((node, step) => (isNode(node) ? node[step] : undefined), line);
  const last = path.at(-1);
  return isNode(holder) && last !== undefined ? [holder, last] : undefined;
};

/** Puts the times of a line, as files write them, into UTC in place; answers those of which nobody says the zone. */
export const resolveInstants = (
  type: ImportType,
  line: unknown,
  timeZone: string | undefined,
): LineErrors =>
  timesOf[type].flatMap((path) => {
    const [holder, name] = holderOf(line, path) ?? [{}, ''];
    const stated = holder[name];
    if (typeof stated !== 'string' || isUtc.test(stated)) return [];
    const instant = instantOf(stated, { zone: timeZone });
    if (instant === undefined) {
      return isCivil(stated) ? [{ pointer: `/${path.join('/')}`, message: noZone }] : [];
    }
    holder[name] = instant;
    return [];
  });
