import type { EventDataOf, SignalRecorded, SignalKind } from '@tact/contracts';
import { assertNever } from './assert-never.ts';
import { evidenceOf } from './error-evidence.ts';
import { signalKinds } from './kinds.ts';
import type { WordedWish } from './wish-in-words.ts';

/** What a person asks of us: to be left alone, or to hear from us again on the channel where that is said. */
export type Wish =
  | ({ readonly asks: 'stop' } & Pick<EventDataOf<'ContactSuppressed'>, 'scope' | 'ground'>)
  | ({ readonly asks: 'resume' } & Pick<EventDataOf<'SuppressionLifted'>, 'scope' | 'ground'>);

type Signal = Pick<SignalRecorded, 'kind' | 'code' | 'inboundType'>;

/** What a wish in words is recorded as and asks for: the one place. */
const worded: Readonly<Record<WordedWish, { readonly kind: SignalKind; readonly wish: Wish }>> = {
  'stop-word': {
    kind: 'marketing-opt-out',
    wish: { asks: 'stop', scope: 'everything', ground: 'stop-word' },
  },
  // In doubt marketing stops, and a human looks.
  'doubtful-stop-word': {
    kind: 'marketing-opt-out',
    wish: { asks: 'stop', scope: 'marketing', ground: 'doubtful-stop-word' },
  },
  'start-word': {
    kind: 'marketing-opt-in',
    wish: { asks: 'resume', scope: 'everything', ground: 'start-word' },
  },
};

/** The signal that a wish in words is recorded as. */
export const signalOfWords = (
  words: WordedWish,
): { readonly kind: SignalKind; readonly inboundType: WordedWish } => ({
  kind: worded[words].kind,
  inboundType: words,
});

const isWorded = (inboundType: string | undefined): inboundType is WordedWish =>
  inboundType !== undefined && Object.hasOwn(worded, inboundType);

/**
 * The wish a signal carries, in words, in WhatsApp's settings or as an error code; undefined where it has none. A code that
 * floods the tenant may be somebody's mistake, and may be the person: in doubt marketing stops, and a human looks.
 */
export const wishOf = ({ kind, code, inboundType }: Signal): Wish | undefined => {
  const { wish } = signalKinds[kind];
  if (isWorded(inboundType) && worded[inboundType].kind === kind) {
    return worded[inboundType].wish;
  }
  const stop = { asks: 'stop', scope: 'marketing' } as const;
  switch (wish) {
    case 'none':
      return undefined;
    case 'resume-marketing':
      return {
        asks: 'resume',
        scope: 'marketing',
        ground: 'marketing-preference',
      };
    case 'by-code':
      return evidenceOf(code) === 'opt_out'
        ? { ...stop, ground: 'marketing-opt-out-code' }
        : undefined;
    case 'stop-marketing':
      return { ...stop, ground: 'marketing-preference' };
    default:
      return assertNever(wish);
  }
};
