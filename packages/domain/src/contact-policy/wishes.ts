import type { EventDataOf, SignalRecorded } from '@tact/contracts';
import { evidenceOf } from '../block-likelihood/evidence/error-evidence.ts';
import { assertNever } from '../signals/assert-never.ts';
import { signalKinds } from '../signals/kinds.ts';

/** What a person asks of us: to be left alone, or to hear from us again. */
export type Wish =
  | ({ readonly asks: 'stop' } & Pick<EventDataOf<'ContactSuppressed'>, 'scope' | 'ground'>)
  | ({ readonly asks: 'resume' } & Pick<EventDataOf<'SuppressionLifted'>, 'scope' | 'ground'>);

type Signal = Pick<SignalRecorded, 'kind' | 'code' | 'inboundType' | 'effectSuspended'>;

/** The wish a signal carries, in words, in WhatsApp's settings or as an error code; undefined where it has none. */
export const wishOf = ({ kind, code, inboundType }: Signal): Wish | undefined => {
  const stop = { asks: 'stop', scope: 'marketing' } as const;
  const { wish } = signalKinds[kind];
  switch (wish) {
    case 'none':
      return undefined;
    case 'resume-marketing':
      return { asks: 'resume', scope: 'marketing', ground: 'marketing-preference' };
    case 'by-code':
      return evidenceOf(code) === 'opt_out'
        ? { ...stop, ground: 'marketing-opt-out-code' }
        : undefined;
    case 'stop-marketing':
      return inboundType === 'stop-word'
        ? { asks: 'stop', scope: 'everything', ground: 'stop-word' }
        : { ...stop, ground: 'marketing-preference' };
    default:
      return assertNever(wish);
  }
};

/** The wish that is acted on: what a code says while it floods the tenant waits for a human. */
export const wishToFollow = (signal: Signal): Wish | undefined =>
  signal.effectSuspended === true ? undefined : wishOf(signal);
