import { defaultRecord, type MappingDocument, type MappingField } from '@tact/contracts';
import { canonicalCrmId, crmKindOf, InvalidIdentity } from '@tact/platform';
import type { LineDefect, Sources } from '../spooled-lines.ts';
import { folded } from './fold.ts';
import { transformed } from './transforms.ts';

type Made = { readonly line: object; readonly sources?: Sources } | { readonly defect: LineDefect };
type Mapped = { readonly field: MappingField; readonly nth: number; readonly column: string };

/** Where values go, in the words of a line. */
const fieldNames = {
  record: 'identities.link.id',
  phone: 'identities.phone',
  email: 'identities.email',
  country: 'country',
  timeZone: 'timeZone',
  language: 'language',
  attribute: 'attributes',
  'opt-out': 'optOuts',
} as const satisfies Record<MappingField['to'], string>;

const setFlag = /^(?:1|true|yes|y|on|x|oui|vrai|si|sim|ja)$/i;

/** In the order of the document, so that of several columns for one target the better one comes first. */
const fieldsFound = (document: MappingDocument, columns: readonly string[]): readonly Mapped[] => {
  const names = columns.map((column) => folded(column.replace(/^\//, '')));
  return document.fields.flatMap((field) => {
    const own = field.from.map((name) => folded(name.replace(/^\//, '')));
    const nth = names.findIndex((name) => own.includes(name));
    return nth === -1 ? [] : [{ field, nth, column: columns[nth] ?? '' }];
  });
};

/** Where the file has several columns for one value; attributes and opt-outs are as many as there are columns. */
const severalFor = (found: readonly Mapped[]): ReadonlySet<MappingField['to']> => {
  const targets = Map.groupBy(found, ({ field }) => field.to);
  return new Set(
    [...targets].flatMap(([to, own]) =>
      own.length > 1 && to !== 'attribute' && to !== 'opt-out' ? [to] : [],
    ),
  );
};

/** Of several columns the first that has a value; `sources` says which it was. */
const valuesOf = ({
  found,
  several,
  cells,
}: {
  readonly found: readonly Mapped[];
  readonly several: ReadonlySet<MappingField['to']>;
  readonly cells: readonly string[];
}) => {
  const sources: Record<string, string> = {};
  const valueOf = (to: MappingField['to']): string => {
    for (const { field, nth, column } of found) {
      if (field.to !== to) continue;
      const value = transformed((cells[nth] ?? '').trim(), field.transform);
      if (value === '') continue;
      if (several.has(to)) sources[fieldNames[to]] = column;
      return value.normalize('NFC');
    }
    return '';
  };
  return { valueOf, sources };
};

const idOf = (text: string, { crm }: MappingDocument): string | undefined => {
  try {
    return canonicalCrmId(text.normalize('NFC').trim(), crm);
  } catch (error) {
    if (!(error instanceof InvalidIdentity)) throw error;
    return undefined;
  }
};

/**
 * The connection is the document's name, with the CRM before it where the name does not begin with it: an id has the form
 * of the CRM that its connection names.
 */
const recordOf = ({ name, crm, object = defaultRecord.object }: MappingDocument) => ({
  connection: crmKindOf(name) === crm ? name : `${crm}-${name}`,
  object,
});

const present = (fields: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''),
  );

/** The lines of type `contacts` that a CRM's own export comes to, and which of its columns say nothing. */
export const mappedColumns = (document: MappingDocument, columns: readonly string[]) => {
  const found = fieldsFound(document, columns);
  const used = new Set(found.map(({ nth }) => nth));
  const several = severalFor(found);
  const optOutsOf = (cells: readonly string[]): object[] =>
    found.flatMap(({ field, nth, column }) => {
      const { to, purpose, channel, transform } = field;
      const isSet = setFlag.test(transformed((cells[nth] ?? '').trim(), transform));
      if (to !== 'opt-out' || !isSet) return [];
      return [{ purpose, channel, source: `${document.name}: ${column}` }];
    });
  const attributesOf = (cells: readonly string[]): object =>
    present(
      Object.fromEntries(
        found.flatMap(({ field, nth, column }) =>
          field.to === 'attribute'
            ? [[field.attribute ?? column, transformed((cells[nth] ?? '').trim(), field.transform)]]
            : [],
        ),
      ),
    );
  const countrySaid = found
    .map(({ field }) => field.transform)
    .find((transform) => transform?.as === 'phone')?.country;
  const make = (cells: readonly string[]): Made => {
    const { valueOf, sources } = valuesOf({ found, several, cells });
    const id = idOf(valueOf('record'), document);
    if (id === undefined) return { defect: 'crm-record' };
    const optOuts = optOutsOf(cells);
    const attributes = attributesOf(cells);
    const identities = present({
      link: { ...recordOf(document), id },
      phone: valueOf('phone'),
      email: valueOf('email'),
    });
    const line = {
      id,
      identities,
      ...present({
        country: valueOf('country') || countrySaid,
        timeZone: valueOf('timeZone'),
        language: valueOf('language'),
        optOuts: optOuts.length === 0 ? undefined : optOuts,
        attributes: Object.keys(attributes).length === 0 ? undefined : attributes,
      }),
    };
    return several.size === 0 ? { line } : { line, sources };
  };
  return {
    names: found.map(({ column, field }) => ({ column, field: fieldNames[field.to] })),
    leftOut: columns.filter((column, nth) => !used.has(nth) && column !== ''),
    make,
  };
};
