import type { DataRight } from '@tact/contracts';

/** What every right of a person (GDPR Art. 15 to 21) means to a request: Art. 12(3) gives all of them one month. */
export const rights: Readonly<Record<DataRight, { readonly answeredWithinMonths: number }>> = {
  access: { answeredWithinMonths: 1 },
  rectification: { answeredWithinMonths: 1 },
  erasure: { answeredWithinMonths: 1 },
  restriction: { answeredWithinMonths: 1 },
  portability: { answeredWithinMonths: 1 },
  objection: { answeredWithinMonths: 1 },
};
