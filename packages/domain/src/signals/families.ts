import { type SignalFamily, signalFamilies } from '@tact/contracts';

type FamilyMeaning = {
  /** Its observations teach rates: looks would multiply the hidden states for little. */
  readonly taught: boolean;
  /** Nothing heard of it for a day is an observation too. */
  readonly silenceTells: boolean;
  /** It goes on speaking on days without a fact of its own: by what waits, or by what lasts. */
  readonly speaksOn: boolean;
  /** What it told lasts, so that its facts must be kept: a complaint, a wish. */
  readonly factsLast: boolean;
};

const ordinary = { taught: false, silenceTells: false, speaksOn: false, factsLast: false } as const;

/** What the families of signals have in common, in one place. */
const families: Readonly<Record<SignalFamily, FamilyMeaning>> = {
  delivery: { ...ordinary, taught: true, speaksOn: true },
  inbound: { ...ordinary, taught: true, silenceTells: true },
  call: { ...ordinary, taught: true },
  photo: ordinary,
  presence: ordinary,
  group: ordinary,
  context: { ...ordinary, taught: true, speaksOn: true, factsLast: true },
};

const familiesWhere = (property: keyof FamilyMeaning): ReadonlySet<SignalFamily> =>
  new Set(signalFamilies.filter((family) => families[family][property]));

export const everyFamily: ReadonlySet<SignalFamily> = new Set(signalFamilies);
export const taughtFamilies = familiesWhere('taught');
export const silentFamilies = familiesWhere('silenceTells');
export const familiesSpeakingOn = familiesWhere('speaksOn');
export const familiesOfLastingFacts = familiesWhere('factsLast');

/** Every family but one; all of them without an argument. */
export const familiesWithout = (without: SignalFamily | undefined): ReadonlySet<SignalFamily> =>
  new Set(signalFamilies.filter((family) => family !== without));
