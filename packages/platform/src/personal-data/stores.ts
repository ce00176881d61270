import { leftoversIn } from '../stores/leftovers.ts';
import { keptRows, personalRows, rowsOfNobody } from '../stores/rows.ts';
import { type Store, subjectsOf } from '../stores/store.ts';
import { epochKeys, lostEpochs } from './keys/key-epochs.ts';
import { destroyKeys, personKeys } from './keys/subject-keys.ts';

const subjectKeys: Store = {
  name: 'vault.subject_keys',
  kind: 'table',
  holds: {
    en: 'The key of everything that is sealed about the person; once erased, that the random id was erased.',
    fr: 'La clé de tout ce qui est chiffré au sujet de la personne ; après effacement, le fait que l’identifiant aléatoire a été effacé.',
  },
  locator: { by: 'contact-id', columns: ['subject'] },
  retention: 'fence',
  atErasure: { does: 'destroy-keys' },
  eraser: {
    erase: async (tx, person) => {
      const { tenantId, at } = person;
      let destroyed = 0;
      for (const subject of subjectsOf(person)) {
        destroyed += await destroyKeys(tx, { tenantId, subject }, at);
      }
      return destroyed;
    },
    count: (tx, person) =>
      leftoversIn(tx, 'vault.subject_keys', subjectsOf(person), 'held.wrapped IS NOT NULL'),
  },
};

/** Of all services together. */
export const vaultStores: readonly Store[] = [
  subjectKeys,
  personalRows({
    table: 'vault.identities',
    columns: ['contact_id'],
    holds: {
      en: 'Keyed fingerprints of the person’s phone numbers, addresses and customer numbers, which lead to the random id.',
      fr: 'Empreintes à clé des numéros de téléphone, adresses et numéros de client de la personne, qui mènent à l’identifiant aléatoire.',
    },
    retention: 'contact-details',
  }),
  keptRows({
    table: 'vault.merged_contacts',
    by: 'contact-id',
    columns: ['contact_id', 'survivor_id'],
    holds: {
      en: 'Which random ids were found to be one person.',
      fr: 'Quels identifiants aléatoires ont été reconnus comme une même personne.',
    },
    retention: 'fence',
    ground: 'fence',
    because: 'What is told late under any of the ids is turned away under all of them.',
  }),
  personalRows({
    table: 'vault.take_overs_due',
    columns: ['contact_id', 'other_contact_id'],
    holds: {
      en: 'That the refusals of one of the person’s ids have yet to be taken over by another.',
      fr: 'Que les refus liés à un identifiant de la personne restent à reporter sur un autre.',
    },
    retention: 'on-the-way',
  }),
  rowsOfNobody({
    table: 'vault.key_epochs',
    because: 'Keys of a month, which wrap the keys of everybody.',
    retention: 'settings',
  }),
  rowsOfNobody({
    table: 'vault.root_check',
    because: 'By which root key the vault was made.',
    retention: 'settings',
  }),
];

export const vaultMemories: readonly Store[] = [
  personKeys.store,
  epochKeys.store,
  lostEpochs.store,
];
