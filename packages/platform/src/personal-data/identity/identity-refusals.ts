import type { IdentityKind, IdentityRefusal } from '@tact/contracts';

const names: Record<IdentityKind, string> = {
  phone: 'phone',
  bsuid: 'bsuid',
  parentBsuid: 'parentBsuid',
  email: 'e-mail',
  crmId: 'CRM id',
  link: 'CRM id of the link',
};

const sentences: Record<IdentityRefusal, (name: string) => string> = {
  malformed: (name) => `The ${name} does not have the form of one.`,
  placeholder: (name) =>
    `The ${name} is a placeholder that many rows share, not somebody's. Leave it empty.`,
  fictional: (name) => `The ${name} is of a range reserved for fiction and examples.`,
  'country-missing': (name) =>
    `The ${name} is written the national way. Write it with + and the country code, or say its country: in the row, or for the whole file (?country=FR).`,
  'country-unknown': (name) =>
    `The country said for the ${name} is not known. Give its ISO 3166 code, e.g. FR.`,
  'not-in-plan': (name) =>
    `The ${name} is no number of the country said. Write it with + and the country code, or correct the country.`,
  ambiguous: (name) =>
    `The ${name} can be read with and without its country code as two different numbers. Write it with +.`,
  'scientific-notation': (name) =>
    `A spreadsheet has rounded the ${name}, and its last digits are lost. Export the column as text.`,
  extension: (name) =>
    `The ${name} has an extension: it is a desk behind a switchboard, not a person on WhatsApp. Give the direct number.`,
  'several-values': (name) => `The field holds more than one ${name}. Give one a field.`,
  checksum: (name) => `The last three characters of the ${name} do not fit the others.`,
};

/** What to do about a refused identity, in a sentence that never holds its value. */
export const sentenceOfRefusal = (kind: IdentityKind, reason: IdentityRefusal): string =>
  sentences[reason](names[kind]);
