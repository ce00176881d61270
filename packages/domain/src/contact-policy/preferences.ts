import { Channel, isErased, type Preferences, Purpose } from '@tact/contracts';
import { currentPolicy } from './policy-versions.ts';
import type { StandingPreferences } from './policy-state.ts';
import { holdsAll, joinedHours } from './quiet-hours.ts';

export type PreferenceRefusal = { readonly pointer: string; readonly message: string };

/** Fields of which some may be missing, without those that are. */
const known = (stated: { readonly [Field in keyof Preferences]: Preferences[Field] | undefined }) =>
  Object.fromEntries(
    Object.entries(stated).filter(([, value]) => value !== undefined),
  ) as Preferences;

const isWithin = <One>(asked: readonly One[] = [], standing: readonly One[] = asked): boolean =>
  asked.every((one) => standing.includes(one));

type Tightening = {
  readonly field: keyof Preferences;
  /** Whether what is asked allows nothing that what stands does not. */
  readonly isNoMore: (asked: Preferences, standing: Preferences) => boolean;
  readonly message: string;
};

const tightenings: readonly Tightening[] = [
  {
    field: 'channels',
    isNoMore: (asked, standing) => isWithin(asked.channels, standing.channels),
    message: 'Only the person takes a channel back: name none beyond those that stand.',
  },
  {
    field: 'purposes',
    isNoMore: (asked, standing) => isWithin(asked.purposes, standing.purposes),
    message: 'Only the person takes a purpose back: name none beyond those that stand.',
  },
  {
    field: 'quietHours',
    isNoMore: ({ quietHours }, standing) =>
      quietHours === undefined || holdsAll(quietHours, standing.quietHours ?? []),
    message: 'Only the person gives quiet hours up: hold all that stand.',
  },
  {
    field: 'perDayMax',
    isNoMore: ({ perDayMax = 0 }, standing) => perDayMax <= (standing.perDayMax ?? Infinity),
    message: 'Only the person asks for more a day than stands.',
  },
];

/**
 * Why preferences cannot be set. Nobody asks for more than the policy allows; a business asks for less than what stands, and
 * the person, who has said it, for whatever she wants within the policy.
 */
export const preferenceRefusals = (
  asked: Preferences,
  standing: Preferences,
  by: 'person' | 'business',
): readonly PreferenceRefusal[] => {
  const { messagesPerDayMax } = currentPolicy;
  const beyond =
    (asked.perDayMax ?? 0) > messagesPerDayMax
      ? [{ pointer: '/perDayMax', message: `The policy allows ${messagesPerDayMax} at most.` }]
      : [];
  if (by === 'person') return beyond;
  const loosened = tightenings.filter(({ isNoMore }) => !isNoMore(asked, standing));
  return [...beyond, ...loosened.map(({ field, message }) => ({ pointer: `/${field}`, message }))];
};

/** Nothing is taken away from what the policy allows. */
const isWide = (standing: Preferences): boolean =>
  tightenings.every(({ isNoMore }) =>
    isNoMore(
      {
        channels: Channel.options,
        purposes: Purpose.options,
        quietHours: [],
        perDayMax: currentPolicy.messagesPerDayMax,
      },
      standing,
    ),
  );

type Act = { readonly by: 'person' | 'business'; readonly through?: string | undefined };

/**
 * Who speaks, as far as it goes: what was tightened is loosened only through an address that was the contact's then. Through
 * any other, which may be on file since a minute ago and be anybody's, the person too asks for less alone.
 */
export const voiceOf = (standing: StandingPreferences, { by, through }: Act): Act['by'] =>
  by === 'person' && through !== undefined && (isWide(standing) || through === standing.through)
    ? 'person'
    : 'business';

/** Through which address what stands after an act is loosened: the one of whoever tightened first. */
export const throughAfter = (standing: StandingPreferences, act: Act): string | undefined =>
  isWide(standing) ? act.through : standing.through;

const inOrder = <One>(options: readonly One[], chosen: readonly One[]): One[] =>
  options.filter((one) => chosen.includes(one));

/** What stands once something was asked for: what is not mentioned stays as it was. */
export const preferencesAfter = (standing: Preferences, asked: Preferences): Preferences => {
  const { channels, purposes, quietHours, perDayMax, language } = { ...standing, ...asked };
  return known({
    channels: channels && inOrder(Channel.options, channels),
    purposes: purposes && inOrder(Purpose.options, purposes),
    quietHours: quietHours && [...joinedHours(quietHours)],
    perDayMax,
    language,
  });
};

/** Of what is told, what can still be read: of an erased person nothing is decided any more. */
export const readablePreferences = (stated: Preferences): Preferences => {
  const { channels, purposes, quietHours, perDayMax, language } = stated;
  return known({
    channels,
    purposes,
    quietHours: isErased(quietHours) ? undefined : quietHours,
    perDayMax,
    language: isErased(language) ? undefined : language,
  });
};

const common = <One>(own: One[] | undefined, other: One[] | undefined): One[] | undefined =>
  own === undefined || other === undefined
    ? (own ?? other)
    : own.filter((one) => other.includes(one));

/** Of two contacts that are one person: what both want, quiet where either is, and the lower number. */
export const stricterPreferences = (own: Preferences, other: Preferences): Preferences => {
  const quiet = [...(own.quietHours ?? []), ...(other.quietHours ?? [])];
  const perDayMax = Math.min(own.perDayMax ?? Infinity, other.perDayMax ?? Infinity);
  return known({
    channels: common(own.channels, other.channels),
    purposes: common(own.purposes, other.purposes),
    quietHours: quiet.length === 0 ? undefined : [...joinedHours(quiet)],
    perDayMax: perDayMax === Infinity ? undefined : perDayMax,
    language: own.language ?? other.language,
  });
};
