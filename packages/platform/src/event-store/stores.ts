import { personIdPattern, type RetentionClass } from '@tact/contracts';
import { leftoversIn } from '../stores/leftovers.ts';
import { changedBy, personalRows } from '../stores/rows.ts';
import { type Store, subjectsOf } from '../stores/store.ts';
import { purgePassingOf } from './purge.ts';
import { subjectOf } from './stubbed-rows.ts';
import { type StubParts, stubEventsOf } from './stubs.ts';

const holds = {
  en: 'Everything that happened with the person, as facts; what says who, and when exactly, is sealed.',
  fr: 'Tout ce qui s’est passé avec la personne, sous forme de faits ; ce qui dit qui, et quand précisément, est chiffré.',
};

/** A fact about another person that names the id, and nothing that leads to it by that name. */
const isAnothers = `(${subjectOf('held')} ~ '${personIdPattern}'
  AND NOT EXISTS (SELECT FROM unnest($1::text[]) AS form
    WHERE position(form IN concat_ws(E'\\n', held.stream, held.subject, held.command_id)) > 0))`;

const isOneOf = (types: readonly string[]): string =>
  `held.type IN (${types.map((type) => `'${type}'`).join(', ')})`;

type Kept = { readonly retention: RetentionClass };

const events = (parts: StubParts, { retention }: Kept): Store => ({
  name: 'events',
  kind: 'table',
  holds,
  locator: { by: 'stream', columns: ['stream', 'subject', 'data', 'packed'] },
  retention,
  atErasure: {
    does: 'stub',
    mentions:
      'A fact about another person may name the random id, as when one contact became two, and the fence does: the id leads nowhere any more.',
  },
  eraser: {
    erase: async (tx, person) => {
      const passing = await purgePassingOf(tx, subjectsOf(person));
      return passing + (await stubEventsOf(tx, subjectsOf(person), parts));
    },
    count: (tx, person) =>
      leftoversIn(
        tx,
        'events',
        subjectsOf(person),
        `NOT ${isAnothers} AND NOT ${isOneOf(parts.keptTypes)}`,
      ),
  },
});

/** How far streams are; a stream of a person has the id in its name. */
const streams = ({ retention }: Kept): Store => ({
  name: 'streams',
  kind: 'table',
  holds: {
    en: 'How many facts there are about the person, by the random id.',
    fr: 'Le nombre de faits concernant la personne, par identifiant aléatoire.',
  },
  locator: { by: 'stream', columns: ['stream'] },
  retention,
  atErasure: { does: 'delete' },
  eraser: {
    erase: (tx, person) =>
      changedBy(tx, `DELETE FROM streams WHERE split_part(stream, '-', -1) = ANY ($1::text[])`, [
        subjectsOf(person),
      ]),
    count: (tx, person) => leftoversIn(tx, 'streams', subjectsOf(person)),
  },
});

const snapshots = ({ retention }: Kept): Store =>
  personalRows({
    table: 'snapshots',
    columns: ['subject'],
    holds: {
      en: 'What the facts about the person come to, sealed, so that they need not all be read each time.',
      fr: 'Ce que donnent les faits concernant la personne, chiffré, pour ne pas tous les relire chaque fois.',
    },
    retention,
  });

export const eventStores = (parts: StubParts, kept: Kept): readonly Store[] => [
  events(parts, kept),
  streams(kept),
  snapshots(kept),
];
