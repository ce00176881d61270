import { importLines, type ImportType, walkSchema } from '@tact/contracts';
import { ProblemError } from '@tact/platform';

/** Where a column's values go: `contact.crmId` is `crmId` of `contact`. */
export type Column = { readonly path: readonly string[]; readonly isNumber: boolean };

/** Fields of a line by dotted name; `attributes.*` stands for any attribute. */
const fieldsOf = (type: ImportType): ReadonlyMap<string, boolean> => {
  const fields = new Map<string, boolean>();
  walkSchema(importLines[type], (path, { def }) => {
    const isLeaf = def.type === 'string' || def.type === 'enum' || def.type === 'number';
    if (isLeaf && path.length > 0) fields.set(path.join('.'), def.type === 'number');
    return 'descend';
  });
  return fields;
};

const columnOf = (name: string, fields: ReadonlyMap<string, boolean>): Column | undefined => {
  const [outer = '', ...inner] = name.split('.');
  const isNumber = fields.get(name);
  if (isNumber !== undefined) return { path: [outer, ...inner], isNumber };
  if (inner.length === 0 || !fields.has(`${outer}.*`)) return undefined;
  return { path: [outer, inner.join('.')], isNumber: false };
};

/** What the header means. Throws a problem that counts the columns from 1 and names none of them. */
export const columnsOf = (type: ImportType, header: readonly string[]): readonly Column[] => {
  const fields = fieldsOf(type);
  const names = header.map((name) => name.trim());
  const columns = names.map((name) => columnOf(name, fields));
  const errors = columns.flatMap((column, nth) => {
    const pointer = `/header/${nth + 1}`;
    if (column === undefined) {
      return [{ pointer, message: `There is no such field in a line of type ${type}.` }];
    }
    return names.indexOf(names[nth] ?? '') === nth
      ? []
      : [{ pointer, message: 'The field has a column already.' }];
  });
  if (!names.includes('id')) {
    errors.push({ pointer: '/header', message: 'Each row needs its id: add a column id.' });
  }
  if (errors.length > 0) throw new ProblemError('validation-failed', { errors });
  return columns.filter((column) => column !== undefined);
};

type Node = { [name: string]: Node | string | number };

/** A row as a line of NDJSON says it. An empty cell is an absent field. */
export const lineOfRow = (columns: readonly Column[], row: readonly string[]): object => {
  const line: Node = {};
  for (const [nth, { path, isNumber }] of columns.entries()) {
    const cell = row[nth] ?? '';
    if (cell === '') continue;
    const steps = [...path];
    const last = steps.pop() ?? '';
    let node = line;
    for (const step of steps) node = (node[step] ??= {}) as Node;
    // What is no number stays a text, which the schema then refuses with its own sentence.
    node[last] = isNumber && /^-?\d{1,15}$/.test(cell) ? Number(cell) : cell;
  }
  return line;
};
