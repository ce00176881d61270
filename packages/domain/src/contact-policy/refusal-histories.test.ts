import { expect, test } from '@jest/globals';
import { Channel, HOUR_MS, Purpose, type SignalKind, SuppressionScope } from '@tact/contracts';
import fc from 'fast-check';
import { wishOf } from '../signals/wishes.ts';
import { type ContactPolicyCommand, contactPolicyDecider as decider } from './contact-policy.ts';
import { purposes } from './purposes.ts';
import { scopes } from './suppression.ts';

const nowMs = Date.parse('2026-11-20T10:00:00.000Z');
const contactId = `ct_${'0'.repeat(32)}`;
/** Few instants, so that many acts meet at one. */
const instant = (step: number) => new Date(nowMs - step * (HOUR_MS / 4)).toISOString();

/** What happened to a person, whoever tells of it. Steps count back from now. */
type Act = { readonly step: number } & (
  | { readonly does: 'signal'; readonly as: keyof typeof signals }
  | { readonly does: 'object'; readonly scope: SuppressionScope }
  | { readonly does: 'resume'; readonly scope: SuppressionScope; readonly channel: Channel }
  | ({ readonly does: 'give' | 'witness' | 'withdraw' } & Agreement)
);
type Agreement = { readonly purpose: Purpose; readonly channel: Channel };

/** Refusals and resumptions as WhatsApp brings them, a flooded code among them. */
const signals = {
  stop: { kind: 'marketing-opt-out', inboundType: 'stop-word' },
  doubt: { kind: 'marketing-opt-out', inboundType: 'doubtful-stop-word' },
  preference: { kind: 'marketing-opt-out' },
  code: { kind: 'message-failed', code: 131_050 },
  flooded: { kind: 'message-failed', code: 131_050, effectSuspended: true },
  start: { kind: 'marketing-opt-in', inboundType: 'start-word' },
  'preference again': { kind: 'marketing-opt-in' },
  'no wish': { kind: 'message-delivered' },
} as const satisfies Record<string, { readonly kind: SignalKind } & Record<string, unknown>>;

const commandOf = (act: Act): ContactPolicyCommand | undefined => {
  const at = instant(act.step);
  switch (act.does) {
    case 'signal': {
      const wish = wishOf(signals[act.as]);
      if (wish === undefined) return undefined;
      const { scope } = wish;
      return wish.asks === 'stop'
        ? { kind: 'suppress', contactId, scope, ground: wish.ground, at }
        : {
            kind: 'lift-suppression',
            contactId,
            scope,
            ground: wish.ground,
            channel: 'whatsapp',
            at,
          };
    }
    case 'object':
      return { kind: 'suppress', contactId, scope: act.scope, ground: 'objection', at };
    case 'resume': {
      const { scope, channel } = act;
      return { kind: 'lift-suppression', contactId, scope, ground: 'start-word', channel, at };
    }
    default: {
      const { purpose, channel, does } = act;
      const kind = does === 'withdraw' ? 'withdraw-consent' : 'give-consent';
      const consentId = `co_${'0'.repeat(32)}`;
      const consent = { contactId, consentId, purpose, channel, at, proof: { source: 'form' } };
      const witness = { name: 'Inès Martin', method: 'in-person', evidence: 'book' } as const;
      if (does === 'withdraw') return { kind: 'withdraw-consent', ...consent };
      return { kind, ...consent, ...(does === 'witness' ? { witness } : {}) } as const;
    }
  }
};

const steps = fc.integer({ min: 0, max: 12 });
const agreement = {
  purpose: fc.constantFrom(...Purpose.options),
  channel: fc.constantFrom<Channel>('whatsapp', 'email'),
};
const scope = fc.constantFrom(...SuppressionScope.options);
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    does: fc.constant('signal' as const),
    as: fc.constantFrom(...(Object.keys(signals) as (keyof typeof signals)[])),
    step: steps,
  }),
  fc.record({ does: fc.constant('object' as const), scope, step: steps }),
  fc.record({
    does: fc.constant('resume' as const),
    scope,
    channel: agreement.channel,
    step: steps,
  }),
  fc.record({
    does: fc.constantFrom('give' as const, 'witness' as const, 'withdraw' as const),
    ...agreement,
    step: steps,
  }),
);

const isLater = (one: Act, other: Act): boolean => one.step < other.step;

/** Of what an act refuses: the scope. */
const refuses = (one: Act): SuppressionScope | undefined => {
  if (one.does === 'object') return one.scope;
  if (one.does !== 'signal') return undefined;
  if (one.as === 'stop') return 'everything';
  return ['doubt', 'preference', 'code', 'flooded'].includes(one.as) ? 'marketing' : undefined;
};

/** Whether the person, and nobody else, took back a refusal of this scope: by a word there, or before a witness. */
const reopens = (one: Act, ended: SuppressionScope, asked: Agreement): boolean => {
  if (one.does === 'resume') return one.scope === ended && one.channel === asked.channel;
  if (one.does === 'signal') {
    const opened = { start: 'everything', 'preference again': 'marketing' } as const;
    return asked.channel === 'whatsapp' && (opened as Record<string, string>)[one.as] === ended;
  }
  return one.does === 'witness' && isSame(one, asked);
};
const isSame = (one: Agreement, other: Agreement): boolean =>
  one.purpose === other.purpose && one.channel === other.channel;

/** A witnessed agreement that was taken back, or is outdated by nothing else than a withdrawal, reopens nothing. */
const isTakenBack = (one: Act, history: readonly Act[]): boolean =>
  one.does === 'witness' &&
  history.some((other) => other.does === 'withdraw' && isSame(other, one) && !isLater(one, other));

/** The rules acts once more in the plainest way: is there a refusal that no later act of the person ended? */
const isRefused = (history: readonly Act[], asked: Agreement): boolean =>
  history.some((refusal) => {
    const refused = refuses(refusal);
    if (refused === undefined || !scopes[refused].closes(asked.purpose)) return false;
    return !history.some(
      (other) =>
        isLater(other, refusal) && reopens(other, refused, asked) && !isTakenBack(other, history),
    );
  });

const zone: ContactPolicyCommand = { kind: 'set-time-zone', contactId, timeZone: 'Europe/Paris' };

const foldOf = (history: readonly Act[]) =>
  [zone, ...history.flatMap((one) => commandOf(one) ?? [])].reduce(
    (state, command) => decider.decide(command, state).reduce(decider.evolve, state),
    decider.initial(),
  );
type State = ReturnType<typeof foldOf>;

const decide = (state: State, { purpose, channel }: Agreement) => {
  const asked = { contactId, decisionId: `de_${'0'.repeat(32)}`, channel, purpose };
  const command = {
    kind: 'decide-contact',
    ...asked,
    reserve: false,
    now: new Date(nowMs),
  } as const;
  const [event] = decider.decide(command, state);
  if (event?.type !== 'ContactAllowed' && event?.type !== 'ContactDenied') throw new Error('none');
  return event;
};

const questions: readonly Agreement[] = Purpose.options
  .filter((purpose) => purposes[purpose].isWrittenFor)
  .flatMap((purpose) => (['whatsapp', 'email'] as const).map((channel) => ({ purpose, channel })));

/** Everybody agreed to everything long before: only what was refused since can stand against a message. */
const agreed: readonly Act[] = Purpose.options.flatMap((purpose) =>
  (['whatsapp', 'email'] as const).map((channel): Act => ({
    does: 'give',
    purpose,
    channel,
    step: 13,
  })),
);

test('a refusal that was heard stands against every message until the person reopens, and no longer', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 14 }), (acts) => {
      const state = foldOf([...agreed, ...acts]);
      for (const asked of questions) {
        const { data } = decide(state, asked);
        const isSuppressed = data.reasons.includes('suppressed');
        expect([asked, isSuppressed]).toEqual([asked, isRefused(acts, asked)]);
      }
    }),
    { numRuns: 600 },
  );
});

test('what an import, a connector or a key tells of an agreement, whatever its date, allows nothing that was refused', () => {
  const imported = fc.record({ does: fc.constant('give' as const), ...agreement, step: steps });
  fc.assert(
    fc.property(
      fc.array(act, { maxLength: 10 }),
      fc.array(imported, { minLength: 1, maxLength: 6 }),
      (acts, files) => {
        const refused = questions.filter((asked) => isRefused(acts, asked));
        const state = foldOf([...agreed, ...acts, ...files]);
        expect(refused.filter((asked) => decide(state, asked).type === 'ContactAllowed')).toEqual(
          [],
        );
      },
    ),
    { numRuns: 200 },
  );
});

test('what is known in the end hangs neither on the order of arrival nor on repetitions', () => {
  const shuffled = fc.array(act, { maxLength: 10 }).chain((acts) =>
    fc.tuple(
      fc.constant(acts),
      fc.shuffledSubarray([...acts, ...acts], {
        minLength: acts.length * 2,
        maxLength: acts.length * 2,
      }),
    ),
  );
  fc.assert(
    fc.property(shuffled, ([acts, again]) => {
      const [once, anyhow] = [foldOf(acts), foldOf(again)];
      expect(anyhow.suppressions).toEqual(once.suppressions);
      for (const asked of questions) expect(decide(anyhow, asked)).toEqual(decide(once, asked));
    }),
    { numRuns: 150 },
  );
});
