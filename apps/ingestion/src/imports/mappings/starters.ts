import type { MappingDocument } from '@tact/contracts';
import { folded } from './fold.ts';
import { hubspot } from './hubspot.ts';
import { salesforce } from './salesforce.ts';
import { zendesk } from './zendesk.ts';

/** The exports that are read without a word. A name that two of them have is decided by the other columns. */
export const starters: readonly MappingDocument[] = [hubspot, salesforce, zendesk];

const namesOf = (document: MappingDocument): ReadonlySet<string> =>
  new Set(
    [
      ...document.fields.flatMap(({ from }) => from),
      ...Object.keys(document.knownUseless ?? {}),
    ].map(folded),
  );

const recordNamesOf = (document: MappingDocument): ReadonlySet<string> =>
  new Set(document.fields.flatMap(({ to, from }) => (to === 'record' ? from.map(folded) : [])));

const scoreOf = (document: MappingDocument, names: readonly string[]): number => {
  const records = recordNamesOf(document);
  if (!names.some((name) => records.has(name))) return 0;
  const known = namesOf(document);
  return names.filter((name) => known.has(name)).length;
};

/**
 * Whose export has these columns: the one that knows most of them, its record's id and another among them. Several where
 * they know as many: only the file's owner can tell.
 */
export const fitting = (
  documents: readonly MappingDocument[],
  columns: readonly string[],
): readonly MappingDocument[] => {
  const names = columns.map(folded);
  const fits = documents
    .map((document) => ({ document, score: scoreOf(document, names) }))
    .filter(({ score }) => score > 1);
  const best = Math.max(...fits.map(({ score }) => score));
  return fits.filter(({ score }) => score === best).map(({ document }) => document);
};
