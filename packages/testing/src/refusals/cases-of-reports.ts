import {
  by,
  message,
  type RefusalCase,
  somebody,
  type Step,
  text,
  fixtureOf,
} from './refusal-cases.ts';

const longAgo = '2026-01-05T09:00:00.000Z';
const isoAgo = (nowMs: number, seconds: number) => new Date(nowMs - seconds * 1000).toISOString();

/** A person who agreed to marketing long ago, and says this. */
const said = (
  fixture: string,
  name: string,
  content: object,
  { nowMs, decision = 'denied' }: { nowMs: number; decision?: RefusalCase['decision'] },
): RefusalCase => {
  const person = somebody();
  const steps = [
    { register: person, consentAt: longAgo },
    message(by.phone(person), content, { nowMs }),
  ];
  return { fixture, name, person, steps, decision };
};

/** A fixture as it is; whoever refuses nothing in it is named. */
const registered = (
  fixture: string,
  nowMs: number,
  others: readonly string[] = [],
): RefusalCase[] => {
  const { contacts, webhooks } = fixtureOf(fixture, nowMs);
  const steps: Step[] = [
    ...contacts.map(({ identities }) => ({ register: identities, consentAt: longAgo })),
    ...webhooks.map(({ field, value }) => ({ webhook: value, field })),
  ];
  // The steps of a fixture are one story: whoever comes first in it tells all of it.
  return contacts.map(({ ref, identities }, nth) => ({
    fixture,
    name: ref,
    person: identities,
    steps: nth === 0 ? steps : [],
    decision: others.includes(ref) ? 'allowed' : 'denied',
  }));
};

/** Renumbered countries: as the file has the number, and as WhatsApp does. */
const spellings = [
  ['BJ', '+2290197123456', '22997123456'],
  ['BR', '+5511961234567', '551161234567'],
  ['MX', '+525512345678', '5215512345678'],
  ['AR', '+541123456789', '5491123456789'],
  ['CM', '+237671234567', '23771234567'],
] as const;

const inOldSpelling = (nowMs: number): RefusalCase[] =>
  spellings.map(([country, phone, from]) => ({
    fixture: '03-ivory-coast',
    name: `${country}, WhatsApp keeps another spelling`,
    person: { phone },
    steps: [
      { register: { phone }, consentAt: longAgo },
      message({ from }, text('STOP'), { nowMs }),
    ],
    decision: 'denied',
  }));

/** Forms of the word that no fixture holds, and sentences that only mention it. */
const forms = [
  ['a caption', { type: 'image', image: { id: '1', caption: 'Stop !' } }],
  ['an edit', { type: 'edit', edit: { message: { type: 'text', text: { body: 'STOP' } } } }],
  ['a button', { type: 'button', button: { text: 'Stop promos', payload: 'STOP' } }],
  [
    'a list reply',
    { type: 'interactive', interactive: { list_reply: { id: 'OPT_OUT', title: 'Non' } } },
  ],
  [
    'the sign as a reaction',
    { type: 'reaction', reaction: { message_id: 'wamid.0', emoji: '🛑' } },
  ],
  ['French', text('ARRÊT')],
  ['Spanish', text('baja')],
  ['Portuguese', text('Parar')],
  ['Arabic', text('إيقاف')],
] as const;
const mentions = ['Where is the bus stop?', 'Je peux annuler demain si vous voulez'];

const wordsOf = (nowMs: number): RefusalCase[] => {
  const fixture = '07-stop-words';
  return [
    ...fixtureOf(fixture, nowMs).words.map((word) => said(fixture, word, text(word), { nowMs })),
    ...forms.map(([name, content]) => said(fixture, name, content, { nowMs })),
    ...mentions.map((one) => said(fixture, one, text(one), { nowMs, decision: 'allowed' })),
  ];
};

/** Who may end a refusal, and who may not. */
const afterwards = (nowMs: number): RefusalCase[] => {
  const fixture = '20-consent-reimport';
  const story = (
    name: string,
    decision: RefusalCase['decision'],
    more: (who: object) => Step[],
  ) => {
    const person = somebody();
    const stop = message(by.phone(person), text('STOP'), { nowMs, agoSeconds: 7_200 });
    const steps = [{ register: person, consentAt: longAgo }, stop, ...more(person)];
    return { fixture, name, person, steps, decision };
  };
  const exportedAt = isoAgo(nowMs, 600);
  return [
    story('a consent of the old date', 'denied', () => [{ consentAt: longAgo }]),
    story('a consent of the date of the export', 'denied', () => [{ consentAt: exportedAt }]),
    story('the nightly file registers again', 'denied', (person) => [
      { register: person, consentAt: exportedAt },
    ]),
    story('an agreement before a witness', 'allowed', () => [
      { consentAt: exportedAt, witnessed: true },
    ]),
    story('an agreement before a witness, earlier than the STOP', 'denied', () => [
      { consentAt: isoAgo(nowMs, 9_000), witnessed: true },
    ]),
    story('the person says START', 'allowed', (person) => [
      message(by.phone(person as ReturnType<typeof somebody>), text('START'), { nowMs }),
    ]),
  ];
};

/** Refusals of people whom nobody knows yet, or by an id that was learnt. */
const byOtherNames = (nowMs: number): RefusalCase[] => {
  const [learnt, stranger, spelled] = [somebody(), somebody(), somebody()];
  const phone = learnt.phone.slice(1);
  const status = {
    id: 'wamid.bGVhcm50',
    status: 'delivered',
    timestamp: String(Math.floor(nowMs / 1000) - 900),
    recipient_id: phone,
    recipient_user_id: learnt.bsuid,
  };
  const later = (who: typeof stranger, named: object, as: object): RefusalCase['steps'] => [
    message(named, text('STOP'), { nowMs, agoSeconds: 7_200 }),
    { register: as, consentAt: longAgo },
  ];
  return [
    {
      fixture: '01-bsuid-learned',
      name: 'learnt from a status, refused by the id alone',
      person: { phone: learnt.phone },
      steps: [
        { register: { phone: learnt.phone }, consentAt: longAgo },
        { webhook: { statuses: [status] } },
        message(by.bsuid(learnt), text('STOP'), { nowMs }),
      ],
      decision: 'denied',
    },
    {
      fixture: '01-bsuid-learned',
      name: 'a stranger who registers later',
      person: stranger,
      steps: later(stranger, by.phone(stranger), stranger),
      decision: 'denied',
    },
    {
      fixture: '03-ivory-coast',
      name: 'a stranger who registers later, in another spelling',
      person: { phone: '+2250707001703' },
      steps: later(spelled, { from: '22507001703' }, { phone: '+2250707001703' }),
      decision: 'denied',
    },
  ];
};

/** Every refusal of the field reports with its neighbours, and what the decision must be. */
export const refusalCases = (nowMs: number): readonly RefusalCase[] => [
  ...registered('01-bsuid-learned', nowMs),
  ...byOtherNames(nowMs),
  ...registered('03-ivory-coast', nowMs),
  ...inOldSpelling(nowMs),
  ...wordsOf(nowMs),
  ...registered('10-batch-and-nul', nowMs, ['p']),
  ...afterwards(nowMs),
];
