import { keptRows, mentioningRows, rowsOfNobody } from '../stores/rows.ts';
import type { Store } from '../stores/store.ts';
import { keyMemory, unknownKeyMemory } from './access/key-look-ups.ts';
import { standingMemory } from './access/person-tokens.ts';
import { staffWords } from './access/staff-words.ts';

const ofStaff = {
  holds: staffWords,
  retention: 'staff',
  by: 'staff-id',
  ground: 'accountability',
  because: 'Who acted for the business is proved for as long as the acts are; no contact is in it.',
} as const;

/** Of each service. */
export const httpStores: readonly Store[] = [
  rowsOfNobody({
    table: 'idempotency_keys',
    because:
      'Answers to callers, sealed under a key of all, by keyed hashes of what was sent: whose they are cannot be told.',
    holds: {
      en: 'Answers to programs, which may name the person, sealed.',
      fr: 'Réponses faites à des programmes, qui peuvent nommer la personne, chiffrées.',
    },
    retention: 'answers',
    atErasure: { does: 'expire', because: 'They are gone within a day.' },
  }),
];

/** Of all services together. */
export const accessStores: readonly Store[] = [
  keptRows({ table: 'access.api_keys', columns: ['actor'], ...ofStaff }),
  keptRows({ table: 'access.sessions', columns: ['staff_id'], ...ofStaff }),
  keptRows({
    table: 'access.staff',
    columns: ['staff_id'],
    ...ofStaff,
    because: `${ofStaff.because} Of whoever was erased the id stays, and the keyed fingerprint of their account at a provider of identities, so that a dismissal holds.`,
  }),
  mentioningRows({
    table: 'access.proposals',
    columns: ['about', 'content'],
    holds: {
      en: 'What somebody wants to do and a second person has to agree to, where it names the person.',
      fr: 'Ce que quelqu’un veut faire et qu’une seconde personne doit approuver, lorsque la personne y est nommée.',
    },
    retention: 'proposals',
  }),
  rowsOfNobody({
    table: 'access.tenants',
    because: 'Businesses and how they are set up; whom to write to is sealed under the business.',
    retention: 'settings',
  }),
  rowsOfNobody({
    table: 'access.whatsapp_accounts',
    because: 'Which business has which WhatsApp account.',
    retention: 'settings',
  }),
];

export const accessMemories: readonly Store[] = [
  keyMemory.store,
  unknownKeyMemory.store,
  standingMemory.store,
];
