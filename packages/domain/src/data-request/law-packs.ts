import type { DataRight, RefusalGround } from '@tact/contracts';
import { type CivilDate, civilDateOf } from '../calendar/civil-days.ts';
import { territories, type Territory } from '../calendar/territories.ts';
import { type Effect, rights } from './rights.ts';

/** What the law says of requests from a day on. A law that changes is another pack: old requests keep theirs. */
export type LawPack = {
  readonly name: string;
  /** The first day on which a request that reaches us is under it. */
  readonly since: CivilDate;
  readonly sources: readonly string[];
  /** Where periods are counted. */
  readonly territory: Territory;
  /** Calendar months from receipt. */
  readonly answeredWithinMonths: number;
  /** Further ones, once. */
  readonly extendedByMonths: number;
  /** The grounds on which a request may be refused, and of rights that do what. */
  readonly refusalGrounds: Readonly<Record<RefusalGround, readonly Effect[]>>;
};

// An objection to marketing and a withdrawal are absolute (Art. 7(3), 21(3)): nothing refuses what stops.
const refusable = ['shows', 'changes', 'erases'] as const;

const gdpr: LawPack = {
  name: 'gdpr-2018',
  since: '2018-05-25',
  sources: [
    'Regulation (EU) 2016/679, Art. 12(3) to (6), 15(4), 17(3)',
    'Regulation (EEC, Euratom) 1182/71, Art. 3',
    'Décret n° 2019-536, art. 77',
  ],
  territory: 'FR',
  answeredWithinMonths: 1,
  extendedByMonths: 2,
  refusalGrounds: {
    'manifestly-unfounded': refusable,
    excessive: refusable,
    'not-identified': refusable,
    'rights-of-others': ['shows'],
    'legal-obligation': ['erases'],
    'legal-claims': ['erases'],
  },
};

/** Oldest first. */
export const lawPacks: readonly [LawPack, ...LawPack[]] = [
  gdpr,
  {
    ...gdpr,
    name: 'gdpr-2027',
    since: '2027-04-02',
    // Authorities may ask for the file of a request as evidence, across borders.
    sources: [...gdpr.sources, 'Regulation (EU) 2025/2518'],
  },
];

/** The pack of a request that reached us at this instant; of one before them all the first. */
export const lawAt = (receivedAt: Date): LawPack => {
  const [first] = lawPacks;
  const { timeZone } = territories[first.territory];
  const day = civilDateOf(receivedAt.getTime(), timeZone);
  return lawPacks.findLast(({ since }) => since <= day) ?? first;
};

/** Whether a right may be refused on a ground, by the law of when the request reached us. */
export const mayRefuse = (
  { right, receivedAt }: { readonly right: DataRight; readonly receivedAt: Date },
  ground: RefusalGround,
): boolean => lawAt(receivedAt).refusalGrounds[ground].includes(rights[right].effect);
